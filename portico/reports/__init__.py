"""Numbers over time, and how they are kept; what a wire makes of them is its own."""
