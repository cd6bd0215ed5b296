-- Migration 2: journals, whose entries are added and never changed.

CREATE TABLE sisetu.journal (
  journal text NOT NULL,
  number bigint NOT NULL,
  key text NOT NULL,
  topic text NOT NULL,
  author text NOT NULL,
  written_at timestamptz NOT NULL,
  body text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (journal, number),
  UNIQUE (journal, key)
);
CREATE INDEX journal_topic ON sisetu.journal (journal, topic, number);
