"""The live call: turn taking, dialog and recording. No database, no web."""
