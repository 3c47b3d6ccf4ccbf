/**
 * Everything the registry remembers. Times are Unix seconds; JSON columns hold what is never searched by.
 * A change of a table is a new entry at the end, never an edit. The columns of a source's settings are none: they follow from
 * `SOURCE_FIELDS` (`columns.ts`).
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL, started INTEGER NOT NULL);

  CREATE TABLE source (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, bucket TEXT NOT NULL, prefix TEXT NOT NULL, region TEXT NOT NULL,
    enabled INTEGER NOT NULL, created INTEGER NOT NULL,
    last_object INTEGER, last_run INTEGER, last_error TEXT
  );

  CREATE TABLE exporter (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, from_field TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 1,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, records INTEGER NOT NULL DEFAULT 0
  );

  -- What was fixed for an object before its first write. Kept as long as \`hour\` keeps the object's data.
  CREATE TABLE plan (
    id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    terms TEXT NOT NULL, decisions TEXT NOT NULL, offsets TEXT NOT NULL, granted INTEGER NOT NULL, stored INTEGER
  );

  -- What became of each object, by where it lies.
  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY, source_id TEXT NOT NULL, key TEXT NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT, message TEXT, counts TEXT, plan_id INTEGER REFERENCES plan (id),
    changed INTEGER NOT NULL, seen INTEGER NOT NULL, UNIQUE (source_id, key)
  );
  CREATE INDEX ledger_state ON ledger (source_id, state, reason);
  CREATE INDEX ledger_plan ON ledger (plan_id);

  -- Hours with new points in \`minute\`; cleared only when \`generation\` did not change during the recomputation.
  CREATE TABLE dirty_hour (hour INTEGER PRIMARY KEY, generation INTEGER NOT NULL);

  CREATE TABLE entity (
    kind TEXT NOT NULL, id TEXT NOT NULL, description TEXT, vpc TEXT NOT NULL, subnet TEXT NOT NULL,
    instance TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, first_seen INTEGER NOT NULL, synced INTEGER,
    in_store INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id)
  );

  CREATE TABLE account (
    name TEXT PRIMARY KEY, role_arn TEXT, external_id TEXT, regions TEXT NOT NULL
  );

  CREATE TABLE sync_run (
    id INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER NOT NULL, ok INTEGER NOT NULL, result TEXT NOT NULL
  );

  -- Where flow logs were seen: the accounts and regions that descriptions are asked for.
  CREATE TABLE flow_log (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, columns TEXT NOT NULL, last_seen INTEGER NOT NULL
  );
  `,
  `
  -- Records of the last hour that had any, and of the hour before that one.
  ALTER TABLE exporter ADD COLUMN hour INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE exporter ADD COLUMN hour_records INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE exporter ADD COLUMN previous_records INTEGER NOT NULL DEFAULT 0;

  -- Who was counted into the overflow exporter lately; the empty id stands for those beyond a number of ids.
  CREATE TABLE overflow_exporter (
    id TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, records INTEGER NOT NULL
  );

  -- When the notice of a quarantined object was dismissed; the next word on the object clears it.
  ALTER TABLE ledger ADD COLUMN dismissed INTEGER;
  `,
  `
  -- Slots of which a flow log delivered objects lately, and when the last of them arrived.
  CREATE TABLE delivery (
    source_id TEXT NOT NULL, flow_log TEXT NOT NULL, slot INTEGER NOT NULL, account TEXT NOT NULL,
    arrived INTEGER NOT NULL, has_long_spans INTEGER NOT NULL, PRIMARY KEY (source_id, flow_log, slot)
  ) WITHOUT ROWID;
  `,
  `
  -- How a source signs in and where its S3 is. A version goes up with each change: it keeps updates from being lost.
  ALTER TABLE source ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE source ADD COLUMN access_key_id TEXT;
  ALTER TABLE source ADD COLUMN sealed_secret TEXT;
  ALTER TABLE source ADD COLUMN role_arn TEXT;
  ALTER TABLE source ADD COLUMN external_id TEXT;
  ALTER TABLE source ADD COLUMN endpoint TEXT;
  ALTER TABLE source ADD COLUMN path_style INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE source ADD COLUMN poll_seconds INTEGER NOT NULL DEFAULT 60;
  ALTER TABLE source ADD COLUMN last_error_code TEXT;

  ALTER TABLE account ADD COLUMN id TEXT;
  ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE account ADD COLUMN access_key_id TEXT;
  ALTER TABLE account ADD COLUMN sealed_secret TEXT;
  -- The source as which it signs in, instead of its own columns.
  ALTER TABLE account ADD COLUMN same_as TEXT;
  UPDATE account SET id = 'acc-' || lower(hex(randomblob(6)));

  ALTER TABLE exporter ADD COLUMN alias TEXT;

  -- Who changed what.
  CREATE TABLE change (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT, action TEXT NOT NULL,
    target TEXT NOT NULL, details TEXT NOT NULL
  );
  `,
  `
  -- The SQS queue that tells of a source's new objects. Of one source each: whose message it is must not be a guess.
  ALTER TABLE source ADD COLUMN queue_url TEXT;
  CREATE UNIQUE INDEX source_queue ON source (queue_url);
  `,
  `
  -- How many objects of a source are read at a time.
  ALTER TABLE source ADD COLUMN objects_in_flight INTEGER NOT NULL DEFAULT 8;
  `,
  `
  -- Lines of stored objects that could not be counted, under their header and packed with gzip. They outlive ledger and plan.
  CREATE TABLE unread (
    id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL, key TEXT NOT NULL,
    stored INTEGER NOT NULL, lines INTEGER NOT NULL, bytes INTEGER NOT NULL, reasons TEXT NOT NULL, quotes TEXT NOT NULL, content BLOB NOT NULL
  );
  `,
  `
  -- When deleting a leftover object uncounted began; NULL again once it is known how that ended.
  ALTER TABLE ledger ADD COLUMN discard_began INTEGER;
  -- What should still be in its bucket, by place: a listing leaves folders out, and says nothing of what lies in those.
  CREATE INDEX ledger_in_bucket ON ledger (source_id, key)
    WHERE state IN ('stored', 'not-collected', 'quarantined', 'refused', 'not-read');
  `,
  `
  -- How many objects the ledger has in each state. Kept by triggers, in the transaction of the change: counting a million rows
  -- takes a second. An empty reason stands for none. \`dismissed\`: 1 for objects whose notice was dismissed.
  CREATE TABLE ledger_count (
    source_id TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, dismissed INTEGER NOT NULL, objects INTEGER NOT NULL,
    PRIMARY KEY (source_id, state, reason, dismissed)
  ) WITHOUT ROWID;
  INSERT INTO ledger_count
    SELECT source_id, state, coalesce(reason, ''), dismissed IS NOT NULL, count(*) FROM ledger GROUP BY 1, 2, 3, 4;
  CREATE TRIGGER ledger_inserted AFTER INSERT ON ledger BEGIN
    INSERT INTO ledger_count VALUES (new.source_id, new.state, coalesce(new.reason, ''), new.dismissed IS NOT NULL, 1)
      ON CONFLICT DO UPDATE SET objects = objects + 1;
  END;
  CREATE TRIGGER ledger_deleted AFTER DELETE ON ledger BEGIN
    UPDATE ledger_count SET objects = objects - 1 WHERE source_id = old.source_id AND state = old.state
      AND reason = coalesce(old.reason, '') AND dismissed = (old.dismissed IS NOT NULL);
  END;
  CREATE TRIGGER ledger_updated AFTER UPDATE OF source_id, state, reason, dismissed ON ledger
    WHEN (old.source_id, old.state, coalesce(old.reason, ''), old.dismissed IS NULL)
      IS NOT (new.source_id, new.state, coalesce(new.reason, ''), new.dismissed IS NULL)
  BEGIN
    UPDATE ledger_count SET objects = objects - 1 WHERE source_id = old.source_id AND state = old.state
      AND reason = coalesce(old.reason, '') AND dismissed = (old.dismissed IS NOT NULL);
    INSERT INTO ledger_count VALUES (new.source_id, new.state, coalesce(new.reason, ''), new.dismissed IS NOT NULL, 1)
      ON CONFLICT DO UPDATE SET objects = objects + 1;
  END;

  -- The newest object of a state and reason, and those older than some time, without a look at the others.
  DROP INDEX ledger_state;
  CREATE INDEX ledger_state ON ledger (source_id, state, reason, dismissed, changed);
  CREATE INDEX ledger_changed ON ledger (state, changed);

  -- The file name: what follows the key's last slash. rtrim() takes away from the end whatever is no slash.
  ALTER TABLE ledger ADD COLUMN file_name TEXT AS (substr(key, length(rtrim(key, replace(key, '/', ''))) + 1));
  CREATE INDEX ledger_file_name ON ledger (file_name);

  -- The list of quarantined objects in its order, source by source.
  CREATE INDEX ledger_quarantine
    ON ledger (source_id, coalesce(reason, ''), coalesce(message, ''), changed DESC, key)
    WHERE state = 'quarantined' AND dismissed IS NULL;

  -- What is kept of objects in unread, in sums: one row, kept by triggers.
  CREATE TABLE unread_count (objects INTEGER NOT NULL, lines INTEGER NOT NULL);
  INSERT INTO unread_count SELECT count(*), coalesce(sum(lines), 0) FROM unread;
  CREATE TRIGGER unread_inserted AFTER INSERT ON unread BEGIN
    UPDATE unread_count SET objects = objects + 1, lines = lines + new.lines;
  END;
  CREATE TRIGGER unread_deleted AFTER DELETE ON unread BEGIN
    UPDATE unread_count SET objects = objects - 1, lines = lines - old.lines;
  END;
  CREATE TRIGGER unread_updated AFTER UPDATE OF lines ON unread BEGIN
    UPDATE unread_count SET lines = lines - old.lines + new.lines;
  END;
  CREATE INDEX unread_stored ON unread (stored);

  CREATE INDEX sync_run_ok ON sync_run (ok, finished);
  `,
  `
  -- What many plans have in common, written once: a plan lives for 13 months, and there are millions of them.
  CREATE TABLE plan_terms (
    id INTEGER PRIMARY KEY, rules_version INTEGER NOT NULL, source_id TEXT NOT NULL, top_k INTEGER NOT NULL, account TEXT
  );
  INSERT INTO plan_terms (rules_version, source_id, top_k, account)
    SELECT DISTINCT terms ->> 'rulesVersion', terms ->> 'sourceId', terms ->> 'topK', terms ->> 'account' FROM plan;

  CREATE INDEX plan_terms_all ON plan_terms (source_id, account, top_k, rules_version);

  -- Short numbers for the exporters that plans decide on.
  CREATE TABLE plan_exporter (id INTEGER PRIMARY KEY, exporter TEXT NOT NULL UNIQUE);
  INSERT INTO plan_exporter (exporter) SELECT DISTINCT decided.key FROM plan, json_each(plan.decisions) AS decided;

  -- sha256: 32 bytes. decisions: numbers of plan_exporter with commas between them, behind d where its records are dropped and
  -- behind o where they count as overflow. offsets: JSON. Times are Unix seconds.
  CREATE TABLE small_plan (
    id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, sha256 BLOB NOT NULL UNIQUE, size INTEGER NOT NULL,
    terms_id INTEGER NOT NULL, file_time INTEGER NOT NULL, minute_horizon INTEGER NOT NULL, hour_horizon INTEGER NOT NULL,
    future_horizon INTEGER NOT NULL, decisions TEXT NOT NULL, offsets TEXT NOT NULL, granted INTEGER NOT NULL, stored INTEGER
  );
  INSERT INTO small_plan
    SELECT plan.id, identity, coalesce(unhex(sha256), sha256), size, plan_terms.id, terms ->> 'fileTime',
      terms ->> 'minuteHorizon', terms ->> 'hourHorizon', terms ->> 'futureHorizon',
      coalesce((SELECT group_concat(CASE decided.value WHEN 'drop' THEN 'd' WHEN 'overflow' THEN 'o' ELSE '' END || plan_exporter.id
        ORDER BY decided.id) FROM json_each(plan.decisions) AS decided JOIN plan_exporter ON exporter = decided.key), ''),
      offsets, granted, stored
    FROM plan JOIN plan_terms ON plan_terms.source_id = terms ->> 'sourceId' AND plan_terms.top_k = terms ->> 'topK'
      AND plan_terms.account IS terms ->> 'account' AND plan_terms.rules_version = terms ->> 'rulesVersion';
  DROP TABLE plan;
  ALTER TABLE small_plan RENAME TO plan;
  CREATE INDEX plan_granted ON plan (granted);
  `,
  `
  -- Hours with points in \`minute\`: how many records, and how many of them came since the hour was last recomputed. Dirty since
  -- and until: when the first and the last points came that \`hour\` lacks; NULL when it lacks none. It becomes clean only when
  -- \`generation\` did not change during the recomputation.
  CREATE TABLE hour_state (
    hour INTEGER PRIMARY KEY, generation INTEGER NOT NULL, records INTEGER NOT NULL, late INTEGER NOT NULL,
    dirty_since INTEGER, dirty_until INTEGER
  );
  INSERT INTO hour_state SELECT hour, generation, 0, 0, 0, 0 FROM dirty_hour;
  DROP TABLE dirty_hour;
  `,
  `
  -- Whose address it was when, and which ends are logged, in versions: the facts of version v are those with added <= v and
  -- removed > v, or NULL. The newest version takes changes until it is made; no plan names it before.
  CREATE TABLE owner_version (id INTEGER PRIMARY KEY, made INTEGER);

  -- statement: its values in the order of ownerFacts.ts, with spaces between. origin: the owner_region of what EC2 said; NULL
  -- for coverage and what people said. It holds from since to until.
  CREATE TABLE owner_fact (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, statement TEXT NOT NULL, origin INTEGER, since INTEGER NOT NULL, until INTEGER,
    added INTEGER NOT NULL, removed INTEGER
  );
  CREATE INDEX owner_fact_origin ON owner_fact (kind, origin) WHERE removed IS NULL;
  CREATE INDEX owner_fact_covered ON owner_fact (statement) WHERE kind = 'covered' AND removed IS NULL;
  CREATE INDEX owner_fact_until ON owner_fact (until) WHERE until IS NOT NULL AND removed IS NULL;
  CREATE INDEX owner_fact_removed ON owner_fact (removed) WHERE removed IS NOT NULL;

  -- An account in a region that EC2 was asked about. last_read: when its interfaces were last read. revision: goes up with each
  -- change of its facts, so that two processes do not make the same one.
  CREATE TABLE owner_region (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, asked INTEGER NOT NULL, last_read INTEGER,
    revision INTEGER NOT NULL DEFAULT 0, UNIQUE (account, region)
  );

  -- Regions that could not be read: their addresses hold until the last reading, in versions as with facts.
  CREATE TABLE owner_lapse (region_id INTEGER NOT NULL, until INTEGER NOT NULL, added INTEGER NOT NULL, removed INTEGER);

  -- Exporters that have coverage, and when something of them was last stored.
  CREATE TABLE covered_exporter (
    id INTEGER PRIMARY KEY AUTOINCREMENT, exporter TEXT NOT NULL UNIQUE, last_stored INTEGER NOT NULL
  );

  ALTER TABLE plan ADD COLUMN owners INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX plan_owners ON plan (owners) WHERE stored IS NULL;
  `,
  `
  -- CIDRs that people have given names.
  CREATE TABLE network (cidr TEXT PRIMARY KEY, name TEXT NOT NULL, added INTEGER NOT NULL);
  `,
  `
  -- What is covered now: a row beside each open fact of that statement and since. last: until when its records reach; stored: when
  -- the last of them were stored; both rounded up to ten minutes.
  CREATE TABLE coverage (
    statement TEXT PRIMARY KEY, exporter TEXT NOT NULL, since INTEGER NOT NULL, last INTEGER NOT NULL, stored INTEGER NOT NULL
  );
  CREATE INDEX coverage_exporter ON coverage (exporter);
  CREATE INDEX coverage_stored ON coverage (stored);
  INSERT INTO coverage SELECT statement, exporter, since, last_stored, last_stored
    FROM owner_fact JOIN covered_exporter ON covered_exporter.id = origin
    WHERE kind = 'covered' AND removed IS NULL AND until IS NULL;
  DROP TABLE covered_exporter;
  `,
  `
  -- How many plans ever named the hour; NULL when nobody knows.
  ALTER TABLE hour_state ADD COLUMN plans INTEGER;
  `,
  `
  -- What of an entity stands in the store: its name there, the description that it was made of, and in which turn of writing that
  -- changed last. NULL: nothing yet.
  ALTER TABLE entity ADD COLUMN name TEXT;
  ALTER TABLE entity ADD COLUMN named_by TEXT;
  ALTER TABLE entity ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX entity_unstored ON entity (kind, id) WHERE in_store = 0;
  CREATE INDEX entity_alike ON entity (kind, description) WHERE description IS NOT NULL;
  CREATE INDEX entity_name ON entity (kind, name) WHERE name IS NOT NULL;
  -- For searching: a scan of this index alone is several times as fast as one of the table.
  CREATE INDEX entity_search ON entity (kind, id, lower(id || char(10) || coalesce(description, '')));
  CREATE INDEX entity_named ON entity (named, kind, id) WHERE kind IN ('interface', 'instance', 'vpc');
  `,
  `
  -- What the search finds entities by: any three characters in a row of their id or description. A space before the description
  -- makes two letters at its beginning three. Rows keep their number, which those of \`entity\` would lose in a VACUUM. Kept by
  -- triggers; entities are never deleted.
  CREATE TABLE entity_number (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, UNIQUE (kind, id));
  CREATE VIRTUAL TABLE entity_text USING fts5(id, description, tokenize = 'trigram');
  INSERT INTO entity_number (kind, id) SELECT kind, id FROM entity;
  INSERT INTO entity_text (rowid, id, description)
    SELECT number, entity.id, ' ' || description FROM entity JOIN entity_number USING (kind, id);
  CREATE TRIGGER entity_inserted AFTER INSERT ON entity BEGIN
    INSERT INTO entity_number (kind, id) VALUES (new.kind, new.id);
    INSERT INTO entity_text (rowid, id, description)
      SELECT number, new.id, ' ' || new.description FROM entity_number WHERE kind = new.kind AND id = new.id;
  END;
  CREATE TRIGGER entity_described AFTER UPDATE OF description ON entity WHEN old.description IS NOT new.description BEGIN
    UPDATE entity_text SET description = ' ' || new.description
      WHERE rowid = (SELECT number FROM entity_number WHERE kind = new.kind AND id = new.id);
  END;
  CREATE INDEX entity_description ON entity (description COLLATE NOCASE);
  CREATE INDEX entity_id ON entity (id);

  -- Who has an address, by what follows the VPC in the statement: the address or prefix, a space, the interface.
  CREATE INDEX owner_fact_address ON owner_fact (substr(statement, instr(statement, ' ') + 1))
    WHERE kind = 'address' AND removed IS NULL;
  `,
  `
  ALTER TABLE network ADD COLUMN note TEXT NOT NULL DEFAULT '';
  ALTER TABLE network ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  `,
  `
  -- newest: until when its newest records reach. rate_from: where the traffic begins that hour_records and previous_records are of,
  -- in its first hours.
  ALTER TABLE exporter ADD COLUMN newest INTEGER;
  ALTER TABLE exporter ADD COLUMN rate_from INTEGER;
  `,
  `
  -- One table of entities, each with its number, which never changes as none is ever deleted. As few indexes as there can be: each is
  -- written in another place for each entity, and a first sync of 100,000 interfaces wrote 28 GB. Names are found without an index
  -- of their words, which SQLite writes to the disk at each statement. given_up: an address that an owner has given up, and that by
  -- itself names nobody since.
  CREATE TABLE entity_numbered (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, description TEXT, vpc TEXT NOT NULL, subnet TEXT NOT NULL,
    instance TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, first_seen INTEGER NOT NULL, synced INTEGER,
    in_store INTEGER NOT NULL DEFAULT 0, name TEXT, named_by TEXT, named INTEGER NOT NULL DEFAULT 0,
    given_up INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, id)
  );
  INSERT INTO entity_numbered (number, kind, id, description, vpc, subnet, instance, account, region, first_seen, synced, in_store,
    name, named_by, named)
    SELECT number, kind, id, description, vpc, subnet, instance, account, region, first_seen, synced, in_store, name, named_by, named
    FROM entity_number JOIN entity USING (kind, id) ORDER BY number;
  DROP TABLE entity;
  DROP TABLE entity_number;
  DROP TABLE entity_text;
  ALTER TABLE entity_numbered RENAME TO entity;
  CREATE INDEX entity_unstored ON entity (in_store) WHERE in_store = 0;
  -- For names that several have, and for those that begin with what is typed.
  CREATE INDEX entity_alike ON entity (kind, description COLLATE NOCASE) WHERE description IS NOT NULL;
  CREATE INDEX entity_name ON entity (kind, name) WHERE name IS NOT NULL;
  CREATE INDEX entity_search ON entity (kind, id, lower(id || char(10) || coalesce(description, '')));
  CREATE INDEX entity_named ON entity (named, kind, id) WHERE kind IN ('interface', 'instance', 'vpc');
  `,
  `
  -- Counts as those of \`exporter\`. actions: JSON.
  ALTER TABLE flow_log ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE flow_log ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flow_log ADD COLUMN records INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flow_log ADD COLUMN hour INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flow_log ADD COLUMN hour_records INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flow_log ADD COLUMN previous_records INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flow_log ADD COLUMN newest INTEGER;
  ALTER TABLE flow_log ADD COLUMN rate_from INTEGER;
  ALTER TABLE flow_log ADD COLUMN has_long_spans INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE flow_log ADD COLUMN actions TEXT NOT NULL DEFAULT '[]';
  UPDATE flow_log SET first_seen = last_seen;

  -- Which flow logs have records of an interface and action, from the first window to the last one. shared: windows in which another
  -- flow log has some, too, and how many objects they are of. noted: when that was last said.
  CREATE TABLE logged_interface (
    interface TEXT NOT NULL, action TEXT NOT NULL, flow_log TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
    dropped INTEGER NOT NULL, shared_since INTEGER, shared_until INTEGER, shared_objects INTEGER, noted INTEGER NOT NULL,
    PRIMARY KEY (interface, action, flow_log)
  ) WITHOUT ROWID;
  CREATE INDEX logged_interface_flow_log ON logged_interface (flow_log, noted);
  -- All that is read of those that two flow logs log: there may be as many as all others.
  CREATE INDEX logged_interface_shared
    ON logged_interface (interface, action, flow_log, dropped, shared_since, shared_until, shared_objects, noted)
    WHERE shared_objects > 1;

  ALTER TABLE plan_terms ADD COLUMN flow_log_disabled INTEGER NOT NULL DEFAULT 0;
  DROP INDEX plan_terms_all;
  CREATE INDEX plan_terms_all ON plan_terms (source_id, account, top_k, rules_version, flow_log_disabled);

  -- The flow log whose records were noted last.
  ALTER TABLE coverage ADD COLUMN flow_log TEXT;
  CREATE INDEX coverage_flow_log ON coverage (flow_log);
  `,
  `
  -- token_hash: SHA-256; the primary has none. heard: when it last said something. status: JSON, what it said of itself.
  CREATE TABLE collector (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, token_hash BLOB UNIQUE, created INTEGER NOT NULL, heard INTEGER, status TEXT
  );
  INSERT INTO collector (id, name, created) VALUES ('primary', 'primary', 0);
  -- Plans that were granted to other collectors than the primary, until one of them stored the object.
  CREATE TABLE plan_in_hand (
    plan_id INTEGER NOT NULL, collector_id TEXT NOT NULL, source_id TEXT NOT NULL, granted INTEGER NOT NULL,
    PRIMARY KEY (plan_id, collector_id)
  ) WITHOUT ROWID;
  CREATE INDEX plan_in_hand_collector ON plan_in_hand (collector_id);
  -- Stored objects of sources with several collectors, and which of them may delete each. granted: when.
  CREATE TABLE deletion_grant (
    source_id TEXT NOT NULL, key TEXT NOT NULL, collector_id TEXT NOT NULL, granted INTEGER NOT NULL, PRIMARY KEY (source_id, key)
  ) WITHOUT ROWID;
  CREATE INDEX deletion_grant_granted ON deletion_grant (granted);
  CREATE TRIGGER plan_in_hand_forgotten AFTER DELETE ON plan BEGIN
    DELETE FROM plan_in_hand WHERE plan_id = old.id;
  END;
  CREATE TRIGGER plan_in_hand_stored AFTER UPDATE OF stored ON plan WHEN new.stored IS NOT NULL BEGIN
    DELETE FROM plan_in_hand WHERE plan_id = new.id;
  END;
  `,
];
