"""Training of the picture models: the image-text encoder, the visual event model and the attribute heads."""
