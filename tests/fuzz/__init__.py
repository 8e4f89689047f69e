"""Coverage-guided fuzzing of the transcript machinery with atheris: `make fuzz`."""
