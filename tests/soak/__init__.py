"""What takes long or measures time: `make soak`. Not part of `make test`; prints what it measured."""
