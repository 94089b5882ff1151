"""Decoding of recordings by FFmpeg, in a process that can do nothing else."""
