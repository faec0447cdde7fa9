"""What files are, where they lie, and who may open them."""
