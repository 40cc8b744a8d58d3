-- name: lock_mailbox^
SELECT pg_try_advisory_lock(hashtextextended('mailbox ' || :mailbox, 0)) AS locked;

-- name: unlock_mailbox^
SELECT pg_advisory_unlock(hashtextextended('mailbox ' || :mailbox, 0));

-- name: find_claim^
SELECT transmission_id, sha256 = sha256(:content) AS is_same
FROM transmission WHERE direction = 'in' AND mailbox = :mailbox AND file_name = :file_name AND removed_at IS NULL;

-- name: store_inbound^
INSERT INTO transmission (direction, mailbox, file_name, content, remote_modified_at, stored_at)
VALUES ('in', :mailbox, :file_name, :content, :remote_modified_at, :now)
RETURNING transmission_id;

-- name: mark_removed!
UPDATE transmission SET removed_at = :now WHERE transmission_id = :transmission_id;

-- name: uninterpreted
SELECT transmission_id FROM transmission
WHERE direction = 'in' AND mailbox = :mailbox AND interpreted_at IS NULL ORDER BY transmission_id;

-- name: lock_uninterpreted^
SELECT transmission_id, file_name, content, remote_modified_at, stored_at FROM transmission
WHERE transmission_id = :transmission_id AND interpreted_at IS NULL FOR UPDATE SKIP LOCKED;

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
                         sha256, state, repeats, findings, recorded_at)
VALUES (:transmission_id, :direction, :relationship, :sender_qualifier, :sender_id, :receiver_qualifier,
        :receiver_id, :control_number, :release, :usage_indicator, :written_at, :byte_offset, :byte_length,
        :sha256, :state, :repeats, :findings, :now)
RETURNING interchange_id;

-- name: insert_document^
INSERT INTO document (interchange_id, relationship, direction, transaction_set, functional_identifier,
                      group_control_number, set_control_number, byte_offset, byte_length, purchase_order_number,
                      business_key, state, findings, finding_count, recorded_at, taken_up_at, acknowledgement_due_at)
VALUES (:interchange_id, :relationship, :direction, :transaction_set, :functional_identifier,
        :group_control_number, :set_control_number, :byte_offset, :byte_length, :purchase_order_number,
        :business_key, :state, :findings, :finding_count, :now, :taken_up_at, :acknowledgement_due_at)
RETURNING document_id;

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
UPDATE outbox SET state = 'pending', published_at = NULL, next_attempt_at = :now
WHERE state = 'published' AND transmission_id IN (
    SELECT i.transmission_id FROM document d JOIN interchange i USING (interchange_id)
    WHERE d.direction = 'out' AND d.transaction_set = '997' AND d.business_key LIKE '997 ' || :interchange_id || ' %'
);

-- name: sent_in_group
SELECT d.document_id, d.relationship, d.transaction_set, d.set_control_number, d.purchase_order_number, d.state
FROM document d JOIN interchange i USING (interchange_id)
WHERE d.direction = 'out' AND d.functional_identifier = :functional_identifier
  AND ltrim(d.group_control_number, '0') = ltrim(:group_control_number, '0')
  AND i.receiver_qualifier = :partner_qualifier AND i.receiver_id = :partner_id;

-- name: sent_in_interchange
SELECT d.document_id, d.relationship, d.transaction_set, d.set_control_number, d.purchase_order_number, d.state
FROM document d JOIN interchange i USING (interchange_id)
WHERE d.direction = 'out' AND ltrim(i.control_number, '0') = ltrim(:control_number, '0')
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
