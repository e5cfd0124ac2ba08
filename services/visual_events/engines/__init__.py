"""Engines of the profile gpu: image-text encoders, situation frames by prompts or by a vision-language model."""
