"""The tables of a project's database."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = 5
metadata = MetaData()
settings = Table("settings", metadata, Column("key", String, primary_key=True), Column("value", JSON))
sources = Table(
    "sources",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("name", Text),
    Column("format", String),
    Column("digest", String),
    Column("state", String),  # read | withheld | unreadable
    Column("reason", Text),
    Column("counts", JSON),
    Column("removed", JSON),
    Column("notes", JSON),
    Column("arrived", Integer),  # a count: the order in which sources came
    Column("made_with", String),
)
questions = Table("questions", metadata, Column("question_id", String, primary_key=True), Column("wording", Text))
# What each source says of a person: one met in several is put together when read.
participants = Table(
    "participants",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("participant_id", String, primary_key=True),
    Column("label", String),
    Column("role", String),
    Column("group_name", Text),
    Column("answers", JSON),
    Column("may_publish", Boolean),
)
# What a group's name says of whom it was convened for: (characteristic, category) pairs.
remits = Table("remits", metadata, Column("group_name", Text, primary_key=True), Column("said", JSON))
turns = Table(
    "turns",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("location", String),
    Column("kind", String),
    Column("role", String),
    Column("participant_id", String),
    Column("question_id", String),
    Column("text", Text),
    Column("sha256", String),
    Column("language", String),
)
# Turns that copy another one, word for word or nearly: one voice, whatever the number of those who sent it.
copies = Table(
    "copies",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("of_source", String),
    Column("of_turn", Integer),
)
redactions = Table(
    "redactions",
    metadata,
    Column("source_id", String, index=True),
    Column("turn", Integer),
    Column("start", Integer),
    Column("end", Integer),
    Column("kind", String),
    Column("replacement", String),
    Column("score", Float),
    Column("found_by", String),
)
# What stays in a text and may be an identifier, for the reviewer; never what it says.
doubts = Table(
    "doubts",
    metadata,
    Column("source_id", String, index=True),
    Column("turn", Integer),
    Column("start", Integer),
    Column("end", Integer),
    Column("kind", String),
    Column("score", Float),
    Column("found_by", String),
    Column("kept", Boolean),
)
# What reviewers ruled, by a keyed digest of the words; the last four before `at` are empty for the whole project.
rulings = Table(
    "rulings",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("digest", String),
    Column("words", Integer),
    Column("decision", String),
    Column("kind", String),
    Column("coder", String),
    Column("source_id", String),
    Column("turn", Integer),
    Column("start", Integer),
    Column("end", Integer),
    Column("at", String),
)
excerpts = Table(
    "excerpts",
    metadata,
    Column("excerpt_id", String, primary_key=True),
    Column("source_id", String, index=True),
    Column("turn", Integer),
    Column("position", Integer),
    Column("start", Integer),
    Column("end", Integer),
    Column("sha256", String),
)
tags = Table(
    "tags",
    metadata,
    Column("subject", String, index=True),
    Column("characteristic", String),
    Column("category", String),
    Column("basis", String),
    Column("start", Integer),
    Column("end", Integer),
    Column("about", String),  # whom a mention is of
)
codings = Table(
    "codings",
    metadata,
    Column("excerpt_id", String, index=True),
    Column("theme_key", String),
    Column("coder", String, index=True),
    Column("decision", String),
    Column("score", Float),
    Column("because_start", Integer),
    Column("because_end", Integer),
    Column("at", String),
)
codebooks = Table(
    "codebooks",
    metadata,
    Column("saved", Integer, primary_key=True),
    Column("name", String),
    Column("version", Integer),
    Column("themes", JSON),
)
emergent = Table(
    "emergent_themes",
    metadata,
    Column("key", String, primary_key=True),
    Column("name", String),
    Column("words", JSON),
    Column("excerpt_ids", JSON),
    Column("nearest", String),
    Column("stability", Float),
    Column("representative", JSON),
)
stances = Table(
    "stances",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("excerpt_id", String, index=True),
    Column("stance", String),
    Column("coder", String, index=True),
    Column("score", Float),
    Column("because_start", Integer),
    Column("because_end", Integer),
    Column("at", String),
)
# Excerpts drawn to be coded twice, and who looked at which excerpt for which themes.
samples = Table(
    "samples",
    metadata,
    Column("sample_id", String, primary_key=True),
    Column("excerpt_ids", JSON),
    Column("weights", JSON),
    Column("half_width", Float),
    Column("seed", Integer),
    Column("at", String),
)
judged = Table(
    "judged",
    metadata,
    Column("excerpt_id", String, index=True),
    Column("coder", String),
    Column("themes", JSON),
    Column("at", String),
)
codebook_changes = Table(
    "codebook_changes",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("version", Integer),
    Column("kind", String),
    Column("before", JSON),
    Column("after", JSON),
    Column("words", Text),
    Column("at", String),
)
picks = Table(
    "picks",
    metadata,
    Column("excerpt_id", String, primary_key=True),
    Column("theme_key", String, primary_key=True),
    Column("choice", String),
    Column("place", Integer),
    Column("note", Text),
    Column("typed", Text),  # the quote as somebody mended it: its excerpt's words, every change marked
)
memos = Table(
    "memos",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("excerpt_id", String, index=True),  # or a theme's key, or empty
    Column("coder", String),
    Column("text", Text),
    Column("at", String),
)
pseudonyms = Table("pseudonyms", metadata, Column("digest", String, primary_key=True), Column("number", Integer))
audit = Table(
    "audit",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("at", String),
    Column("who", String),
    Column("what", String),
    Column("subject", String),
    Column("detail", JSON),
)
