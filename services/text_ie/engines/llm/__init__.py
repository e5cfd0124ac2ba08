"""Text IE by a large language model behind any OpenAI-compatible endpoint (vLLM, Ollama, llama.cpp, hosted)."""
