"""What stands in a captured statement for a value that is another one in every request."""

EMAIL, ID = "{email}", "{id}"
