-- The agent's store on the card. A row's identity is (device, epoch, seq); seq never goes back,
-- AUTOINCREMENT keeps its highest value even when old rows are pruned.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT    NOT NULL CHECK (kind IN ('sample', 'event')),
    wall_ms INTEGER NOT NULL,
    payload BLOB    NOT NULL,
    crc     INTEGER NOT NULL
);

-- Valves that were ordered open: written before the pin moves, removed after it is shut.
CREATE TABLE journal (
    zone    TEXT PRIMARY KEY,
    lease_s REAL    NOT NULL,
    lease_l REAL    NOT NULL,
    command TEXT,
    wall_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- What a zone must know after a power cut.
CREATE TABLE zone (
    zone   TEXT PRIMARY KEY,
    day    INTEGER,
    litres REAL NOT NULL DEFAULT 0,
    fault  TEXT
) WITHOUT ROWID;

CREATE TABLE settings (
    version INTEGER PRIMARY KEY,
    body    TEXT NOT NULL
);

CREATE TABLE seen_command (
    id      TEXT PRIMARY KEY,
    wall_ms INTEGER NOT NULL
) WITHOUT ROWID;
