"""Compliance rules applied to transcripts: violations with hard evidence, and doubt where there is
none."""
