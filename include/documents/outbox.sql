-- name: lease_due
UPDATE outbox SET leased_until = :leased_until, attempts = attempts + 1
WHERE transmission_id IN (
    SELECT transmission_id FROM outbox
    WHERE state = 'pending' AND mailbox = :mailbox AND next_attempt_at <= :now
      AND (leased_until IS NULL OR leased_until <= :now)
    ORDER BY transmission_id LIMIT :limit FOR UPDATE SKIP LOCKED
)
RETURNING transmission_id, relationship, file_name, publish_by_rename, attempts;

-- name: load_outgoing$
SELECT content FROM transmission WHERE transmission_id = :transmission_id;

-- name: mark_published!
UPDATE outbox SET state = 'published', published_at = :now, leased_until = NULL, last_fault = NULL
WHERE transmission_id = :transmission_id;

-- name: mark_documents_published
UPDATE document SET state = CASE state WHEN 'written' THEN 'published' ELSE state END
FROM interchange i
WHERE document.interchange_id = i.interchange_id AND i.transmission_id = :transmission_id
RETURNING document.document_id;

-- name: mark_failed!
UPDATE outbox SET leased_until = NULL, next_attempt_at = :next_attempt_at, last_fault = :fault
WHERE transmission_id = :transmission_id;
