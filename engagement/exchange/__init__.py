"""What other tools hold of a project, taken in: words through the anonymiser, codings onto excerpts."""
