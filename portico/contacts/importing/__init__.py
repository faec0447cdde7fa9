"""CSV files into the contact base: read in a stream, merged in portions, kept as batches that can be undone."""
