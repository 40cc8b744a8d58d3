-- name: in_turn^
SELECT pg_advisory_xact_lock(hashtextextended('listings ' || :relationship, 0));

-- name: collect_codes!
-- The identifiers that products carry, by the first step that gives a product one: what the relationship's file says,
-- the ASIN, the GTIN, the SKU. `skus` are those that are sold; an identifier of several is for a person to settle.
CREATE TEMPORARY TABLE carried ON COMMIT DROP AS
WITH master AS (
    SELECT sku, CASE WHEN :by_asin THEN asin END AS asin, CASE WHEN :by_gtin THEN gtin END AS gtin,
           is_sellable AND status <> 'DEPRECATED' AS is_sold
    FROM product WHERE erp = :catalogue
), told AS (
    SELECT * FROM unnest(CAST(:qualifiers AS text[]), CAST(:values AS text[]), CAST(:skus AS text[]))
        AS told (qualifier, value, sku)
), linked AS (
    SELECT sku FROM told
    UNION SELECT sku FROM item_link
    WHERE relationship = :relationship AND confirmed_by IS NOT NULL AND state <> 'cancelled'
), codes AS (
    SELECT qualifier, value, sku, 0 AS step, 'relationship' AS origin, true AS is_sold FROM told
    UNION ALL
    SELECT 'BP', asin, sku, 1, 'asin', is_sold FROM master WHERE asin IS NOT NULL
    UNION ALL
    SELECT 'UK', gtin, sku, 2, 'gtin', is_sold FROM master
    WHERE asin IS NULL AND gtin IS NOT NULL AND NOT EXISTS (SELECT FROM linked WHERE linked.sku = master.sku)
    UNION ALL
    SELECT 'VN', sku, sku, 3, 'sku', is_sold FROM master
    WHERE asin IS NULL AND gtin IS NULL AND :by_sku AND NOT EXISTS (SELECT FROM linked WHERE linked.sku = master.sku)
)
SELECT qualifier, value, (array_agg(origin ORDER BY step))[1] AS origin,
       array_agg(sku ORDER BY step, sku) FILTER (WHERE is_sold) AS skus
FROM codes GROUP BY qualifier, value;

-- name: tell_planner#
ANALYZE carried;

-- name: tell_planner_of_listings#
ANALYZE item_link;

-- name: add_listings!
INSERT INTO item_link (relationship, qualifier, value, sku, origin, state, linked_by, linked_at, changed_at)
SELECT :relationship, qualifier, value, skus[1], origin,
       CASE WHEN origin = ANY(:listed) THEN 'listed' ELSE 'not_listed' END, :system, :now, :now
FROM carried WHERE skus IS NOT NULL
ON CONFLICT (relationship, qualifier, value) DO NOTHING;

-- name: move_listings!
-- What no person confirmed follows the products; one that stands on several stays where it is.
UPDATE item_link AS link
SET sku = carried.skus[1], origin = carried.origin, linked_by = :system, linked_at = :now, changed_at = :now
FROM carried
WHERE link.relationship = :relationship AND link.qualifier = carried.qualifier AND link.value = carried.value
  AND link.confirmed_by IS NULL AND carried.skus IS NOT NULL
  AND (NOT link.sku = ANY(carried.skus) OR link.origin <> carried.origin);

-- name: set_states!
UPDATE item_link AS link
SET state = CASE WHEN carried.origin = ANY(:listed) THEN 'listed' ELSE 'not_listed' END, changed_at = :now
FROM carried
WHERE link.relationship = :relationship AND link.qualifier = carried.qualifier AND link.value = carried.value
  AND link.confirmed_by IS NULL AND link.state_by = :system AND carried.skus IS NOT NULL
  AND link.state <> CASE WHEN carried.origin = ANY(:listed) THEN 'listed' ELSE 'not_listed' END;

-- name: forget_never_listed!
DELETE FROM item_link AS link
WHERE relationship = :relationship AND confirmed_by IS NULL AND state = 'not_listed' AND state_by = :system
  AND NOT EXISTS (SELECT FROM carried WHERE carried.qualifier = link.qualifier AND carried.value = link.value);

-- name: cancel_listings!
-- No product carries it any more, and no person said otherwise.
UPDATE item_link AS link SET state = 'cancelled', changed_at = :now
WHERE relationship = :relationship AND confirmed_by IS NULL AND state = 'listed' AND state_by = :system
  AND NOT EXISTS (SELECT FROM carried WHERE carried.qualifier = link.qualifier AND carried.value = link.value);

-- name: follow_merged!
-- A code that Amazon merged into another means that one's product, wherever that goes.
UPDATE item_link AS old SET sku = kept.sku, changed_at = :now
FROM item_link AS kept
WHERE old.relationship = :relationship AND old.merged_into IS NOT NULL AND kept.relationship = :relationship
  AND old.merged_into = kept.qualifier || ' ' || kept.value AND old.sku <> kept.sku;

-- name: count_states
SELECT state, count(*) AS count FROM item_link WHERE relationship = :relationship GROUP BY state ORDER BY state;
