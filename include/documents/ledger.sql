-- name: lock_mailbox^
SELECT pg_try_advisory_lock(hashtextextended('mailbox ' || :mailbox, 0)) AS locked;

-- name: unlock_mailbox^
SELECT pg_advisory_unlock(hashtextextended('mailbox ' || :mailbox, 0));

-- name: find_claim^
-- What was stored under this name and is not known to be removed: the same file, or a later one under its name.
SELECT transmission_id,
       sha256 = :sha256 AND remote_modified_at IS NOT DISTINCT FROM :remote_modified_at AS is_same
FROM transmission WHERE direction = 'in' AND mailbox = :mailbox AND file_name = :file_name AND removed_at IS NULL;

-- name: store_inbound^
INSERT INTO transmission (direction, mailbox, file_name, content, remote_modified_at, stored_at)
VALUES ('in', :mailbox, :file_name, :content, :remote_modified_at, :now)
RETURNING transmission_id;

-- name: mark_removed!
UPDATE transmission SET removed_at = :now WHERE transmission_id = :transmission_id;

-- name: reopen_misdirected!
-- What was for nobody and is for one of these partners now is interpreted again.
UPDATE transmission SET interpreted_at = NULL, interpret_attempts = 0
WHERE direction = 'in' AND mailbox = :mailbox AND interpreted_at IS NOT NULL AND transmission_id IN (
    SELECT transmission_id FROM interchange
    WHERE state = 'quarantined' AND relationship IS NULL
      AND (sender_qualifier, sender_id, receiver_qualifier, receiver_id) IN (
          SELECT * FROM unnest(:sender_qualifiers::text[], :sender_ids::text[],
                               :receiver_qualifiers::text[], :receiver_ids::text[]))
);

-- name: uninterpreted
-- Those that failed or killed their process come last, so that they stand before no other.
SELECT transmission_id FROM transmission
WHERE direction = 'in' AND mailbox = :mailbox AND interpreted_at IS NULL ORDER BY interpret_attempts, transmission_id;

-- name: count_attempt^
UPDATE transmission SET interpret_attempts = interpret_attempts + 1
WHERE transmission_id = :transmission_id AND interpreted_at IS NULL
RETURNING transmission_id, file_name, content, remote_modified_at, stored_at, interpret_attempts;

-- name: lock_uninterpreted^
SELECT transmission_id FROM transmission
WHERE transmission_id = :transmission_id AND interpreted_at IS NULL FOR UPDATE SKIP LOCKED;

-- name: entered
-- What a file interpreted again has in the ledger already; a misdirected interchange may find its relationship now.
SELECT byte_offset, state = 'quarantined' AND relationship IS NULL AS is_misdirected
FROM interchange WHERE transmission_id = :transmission_id;

-- name: mark_interpreted!
UPDATE transmission SET interpreted_at = :now WHERE transmission_id = :transmission_id;

-- name: find_earlier^
-- The interchange that holds these ids and this control number already (law 2).
SELECT interchange_id, sha256 = :sha256 AS is_same FROM interchange
WHERE direction = 'in' AND state IN ('accepted', 'rejected')
  AND sender_qualifier = :sender_qualifier AND sender_id = :sender_id
  AND receiver_qualifier = :receiver_qualifier AND receiver_id = :receiver_id AND control_number = :control_number;

-- name: insert_interchange^
INSERT INTO interchange (transmission_id, direction, relationship, sender_qualifier, sender_id, receiver_qualifier,
                         receiver_id, control_number, release, usage_indicator, written_at, byte_offset, byte_length,
                         sha256, state, repeats, answers, findings, recorded_at)
VALUES (:transmission_id, :direction, :relationship, :sender_qualifier, :sender_id, :receiver_qualifier,
        :receiver_id, :control_number, :release, :usage_indicator, :written_at, :byte_offset, :byte_length,
        :sha256, :state, :repeats, :answers, :findings, :now)
ON CONFLICT (transmission_id, byte_offset) DO UPDATE
SET relationship = excluded.relationship, written_at = excluded.written_at, state = excluded.state,
    repeats = excluded.repeats, findings = excluded.findings
WHERE interchange.state = 'quarantined' AND interchange.relationship IS NULL
RETURNING interchange_id;

-- name: insert_document^
INSERT INTO document (interchange_id, relationship, direction, transaction_set, functional_identifier,
                      group_control_number, set_control_number, byte_offset, byte_length, purchase_order_number,
                      business_key, state, findings, finding_count, recorded_at, taken_up_at, acknowledgement_due_at)
VALUES (:interchange_id, :relationship, :direction, :transaction_set, :functional_identifier,
        :group_control_number, :set_control_number, :byte_offset, :byte_length, :purchase_order_number,
        :business_key, :state, :findings, :finding_count, :now, :taken_up_at, :acknowledgement_due_at)
RETURNING document_id;

-- name: lock_business_key!
-- Until the end of the transaction: who asks for the same key waits, and then finds it.
SELECT pg_advisory_xact_lock(hashtextextended(:relationship || ' ' || :transaction_set || ' ' || :business_key, 0));

-- name: find_by_business_key$
SELECT document_id FROM document
WHERE relationship = :relationship AND transaction_set = :transaction_set AND business_key = :business_key
  AND direction = 'out' AND state <> 'withdrawn';

-- name: store_outbound^
INSERT INTO transmission (direction, mailbox, file_name, content, stored_at)
VALUES ('out', :mailbox, :file_name, :content, :now)
RETURNING transmission_id;

-- name: insert_outbox!
INSERT INTO outbox (transmission_id, relationship, mailbox, file_name, publish_by_rename, next_attempt_at)
VALUES (:transmission_id, :relationship, :mailbox, :file_name, :publish_by_rename, :now);

-- name: publish_again!
-- The stored answer to an interchange that came again: the same bytes under the same name.
UPDATE outbox SET state = 'pending', published_at = NULL, attempts = 0, next_attempt_at = :now
WHERE state = 'published' AND transmission_id IN (
    SELECT transmission_id FROM interchange WHERE answers = :interchange_id
);

-- name: sent_in_group
SELECT d.document_id, d.relationship, d.transaction_set, d.set_control_number, d.purchase_order_number
FROM document d JOIN interchange i USING (interchange_id)
WHERE d.direction = 'out' AND d.functional_identifier = :functional_identifier
  AND ltrim(d.group_control_number, '0') = ltrim(:group_control_number, '0')
  AND i.sender_qualifier = :our_qualifier AND i.sender_id = :our_id
  AND i.receiver_qualifier = :partner_qualifier AND i.receiver_id = :partner_id;

-- name: sent_in_interchange
SELECT d.document_id, d.relationship, d.transaction_set, d.set_control_number, d.purchase_order_number
FROM document d JOIN interchange i USING (interchange_id)
WHERE d.direction = 'out' AND ltrim(i.control_number, '0') = ltrim(:control_number, '0')
  AND i.sender_qualifier = :our_qualifier AND i.sender_id = :our_id
  AND i.receiver_qualifier = :partner_qualifier AND i.receiver_id = :partner_id;

-- name: save_acknowledgement!
UPDATE document SET state = :state, acknowledged_at = :now, acknowledgement_document_id = :acknowledged_by,
                    findings = :findings
WHERE document_id = :document_id;

-- name: to_take_up
SELECT d.document_id, d.transaction_set, d.state, d.recorded_at, d.byte_offset, d.byte_length,
       substring(t.content FROM d.byte_offset::int + 1 FOR d.byte_length::int) AS content,
       substring(t.content FROM i.byte_offset::int + 1 FOR 400) AS header,
       least(t.remote_modified_at, i.written_at, t.stored_at) AS clock_started_at
FROM document d
JOIN interchange i USING (interchange_id)
JOIN transmission t USING (transmission_id)
WHERE d.direction = 'in' AND d.taken_up_at IS NULL AND d.state <> 'rejected'
  AND d.relationship = :relationship AND d.transaction_set = ANY(:transaction_sets)
ORDER BY d.document_id
LIMIT :limit;

-- name: lock_to_take_up^
SELECT document_id FROM document WHERE document_id = :document_id AND taken_up_at IS NULL FOR UPDATE SKIP LOCKED;

-- name: mark_taken_up!
UPDATE document SET taken_up_at = :now, purchase_order_number = coalesce(:purchase_order_number, purchase_order_number)
WHERE document_id = :document_id;

-- name: load_content$
SELECT substring(t.content FROM d.byte_offset::int + 1 FOR d.byte_length::int)
FROM document d JOIN interchange i USING (interchange_id) JOIN transmission t USING (transmission_id)
WHERE d.document_id = :document_id;

-- name: load_sent^
SELECT d.document_id, d.transaction_set, d.state, d.recorded_at, d.findings,
       substring(t.content FROM i.byte_offset::integer + 1 FOR 200) AS header,
       substring(t.content FROM d.byte_offset::integer + 1 FOR d.byte_length::integer) AS content
FROM document d JOIN interchange i USING (interchange_id) JOIN transmission t USING (transmission_id)
WHERE d.document_id = :document_id;

-- name: with_partner
SELECT document_id FROM document
WHERE relationship = :relationship AND transaction_set = :transaction_set AND direction = 'out'
  AND starts_with(business_key, :key_begins) AND state NOT IN ('rejected', 'withdrawn')
ORDER BY document_id;
