"""Pictures and words in one space: what the image-text encoder gives, whichever engine computes it."""
