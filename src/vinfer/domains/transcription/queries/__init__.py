"""SQL of transcription: what people ask of jobs, and what workers do with them."""
