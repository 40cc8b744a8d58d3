-- name: lease_next^
-- The next file that is due, for a minute of real time: the business clock may run faster than a file is uploaded.
-- Those tried least come first, so that one that always fails stands before no other.
UPDATE outbox
SET leased_until = clock_timestamp() + make_interval(secs => :lease_seconds), attempts = attempts + 1
FROM transmission
WHERE outbox.transmission_id = transmission.transmission_id AND outbox.transmission_id = (
    SELECT transmission_id FROM outbox
    WHERE state = 'pending' AND mailbox = :mailbox AND next_attempt_at <= :now
      AND (leased_until IS NULL OR leased_until <= clock_timestamp()) AND transmission_id <> ALL(:tried)
    ORDER BY attempts, transmission_id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING outbox.transmission_id, relationship, outbox.file_name, publish_by_rename, attempts, content;

-- name: mark_published!
UPDATE outbox SET state = 'published', published_at = :now, leased_until = NULL, last_fault = NULL
WHERE transmission_id = :transmission_id AND state = 'pending';

-- name: mark_documents_published
UPDATE document SET state = CASE document.state WHEN 'written' THEN 'published' ELSE document.state END
FROM interchange i
WHERE document.interchange_id = i.interchange_id AND i.transmission_id = :transmission_id
RETURNING document.document_id;

-- name: mark_failed!
UPDATE outbox SET leased_until = NULL, next_attempt_at = :next_attempt_at, last_fault = :fault
WHERE transmission_id = :transmission_id AND state = 'pending';
