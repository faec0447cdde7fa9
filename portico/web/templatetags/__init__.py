"""What templates of ours can do beyond Django's."""
