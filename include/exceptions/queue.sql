-- name: find_open^
SELECT * FROM exception_entry
WHERE relationship = :relationship AND kind = :kind AND subject = :subject AND state <> 'resolved'
FOR UPDATE;

-- name: insert_entry^
INSERT INTO exception_entry (kind, relationship, subject, purchase_order_number, line_number, document_id, owner_team,
                             deadline, money_at_stake, currency, what_happened, next_step, opened_at, updated_at)
VALUES (:kind, :relationship, :subject, :purchase_order_number, :line_number, :document_id, :owner_team,
        :deadline, :money_at_stake, :currency, :what_happened, :next_step, :now, :now)
ON CONFLICT (relationship, kind, subject) WHERE state <> 'resolved' DO NOTHING
RETURNING exception_id;

-- name: update_entry!
-- What is known is not forgotten, and new words wake an entry that was put off.
UPDATE exception_entry
SET deadline = coalesce(:deadline, deadline), what_happened = :what_happened, next_step = :next_step,
    money_at_stake = coalesce(:money_at_stake, money_at_stake), currency = coalesce(:currency, currency),
    document_id = coalesce(:document_id, document_id), updated_at = :now,
    state = CASE WHEN what_happened = :what_happened THEN state ELSE 'open' END
WHERE exception_id = :exception_id;

-- name: insert_event!
INSERT INTO exception_event (exception_id, happened_at, actor, what) VALUES (:exception_id, :now, :actor, :what);

-- name: resolve_entries
UPDATE exception_entry
SET state = 'resolved', resolved_at = :now, resolved_by = :actor, updated_at = :now
WHERE (:relationship::text IS NULL OR relationship = :relationship) AND state <> 'resolved'
  AND kind = ANY(:kinds)
  AND (:subject::text IS NULL OR subject = :subject)
  AND (:purchase_order_number::text IS NULL OR purchase_order_number = :purchase_order_number)
RETURNING exception_id;

-- name: list_open
-- The most money first, then the soonest deadline.
SELECT * FROM exception_entry
WHERE state <> 'resolved'
  AND (:relationship::text IS NULL OR relationship = :relationship)
  AND (:purchase_order_number::text IS NULL OR purchase_order_number = :purchase_order_number)
ORDER BY money_at_stake DESC NULLS LAST, deadline NULLS LAST, exception_id;
