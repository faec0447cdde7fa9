"""CSV files into the contact base: read in a stream, checked row by row, merged in batches. No file but CSV."""
