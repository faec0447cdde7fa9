"""Our own pages: what people see in a browser. No page needs a script."""
