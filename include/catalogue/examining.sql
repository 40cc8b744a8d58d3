-- name: in_turn^
SELECT pg_advisory_xact_lock(hashtextextended('catalogue faults ' || :relationship, 0));

-- name: find_details
SELECT product.sku, product.name, product.barcode, product.gtin, product.status, product.inner_quantity,
       product.base_sku IS NOT NULL AND base.sku IS NULL AS lacks_base
FROM product LEFT JOIN product AS base ON base.erp = product.erp AND base.sku = product.base_sku
WHERE product.erp = :catalogue AND product.sku = ANY(:skus);

-- name: find_unlisted_barcodes
-- Sold products that nobody can order, whose barcode is no GTIN.
SELECT sku, barcode FROM product
WHERE erp = :catalogue AND is_sellable AND status <> 'DEPRECATED' AND barcode IS NOT NULL AND gtin IS NULL
  AND NOT EXISTS (SELECT FROM item_link
                  WHERE relationship = :relationship AND item_link.sku = product.sku AND state = 'listed')
ORDER BY sku;

-- name: make_room#
CREATE TEMPORARY TABLE found_fault (
    fault text, qualifier text, value text, sku text, sentence text
) ON COMMIT DROP;

-- name: forget_mended!
DELETE FROM catalogue_fault AS known
WHERE relationship = :relationship AND NOT EXISTS (
    SELECT FROM found_fault AS found
    WHERE found.fault = known.fault AND found.qualifier = known.qualifier AND found.value = known.value);

-- name: save_found!
INSERT INTO catalogue_fault (relationship, fault, qualifier, value, sku, sentence, found_at)
SELECT DISTINCT ON (fault, qualifier, value) :relationship, fault, qualifier, value, sku, sentence,
       CAST(:now AS timestamptz)
FROM found_fault ORDER BY fault, qualifier, value, sentence
ON CONFLICT (relationship, fault, qualifier, value) DO UPDATE
SET sku = excluded.sku, sentence = excluded.sentence
WHERE (catalogue_fault.sku, catalogue_fault.sentence) IS DISTINCT FROM (excluded.sku, excluded.sentence);

-- name: count_faults
SELECT fault, count(*) AS count, min(found_at) AS since FROM catalogue_fault
WHERE relationship = :relationship GROUP BY fault;

-- name: first_faults
SELECT sku, sentence FROM catalogue_fault
WHERE relationship = :relationship AND fault = :fault ORDER BY sku, qualifier, value LIMIT :limit;

-- name: list_faults
SELECT fault, qualifier, value, sku, sentence, found_at FROM catalogue_fault
WHERE relationship = :relationship AND (:fault::text IS NULL OR fault = :fault)
ORDER BY sku, qualifier, value, fault LIMIT :limit;
