"""The pages by which somebody signs in, gets back in, and signs out. What is already one's own is in account."""
