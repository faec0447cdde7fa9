"""The console: where a company's people look after it with a browser. One file a screen's subject."""
