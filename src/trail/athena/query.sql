-- What the local reader does record by record, over one scan of the partitions, since a scan is what Athena charges.
-- Rows of the answer are told apart by `kind`:
--   call        reads and their witnesses, added up
--   event       a change of a secret, or a call for a value that names no secret, as its record tells it
--   name        an ARN that some other event names
--   day         a day of an account and Region of which there is any record
--   mention, network, unreadable, duplicate, outside   records that are counted and no more
WITH records AS (
    SELECT
        coalesce({{recipientaccountid}}, {{useridentity.accountid}}) AS account,
        {{awsregion}} AS region,
        {{day}} AS day,
        coalesce(
            {{eventsource}} = 'secretsmanager.amazonaws.com'
            OR (
                {{eventsource}} = 'kms.amazonaws.com'
                AND {{eventname}} = 'Decrypt'
                AND 'secretsmanager.amazonaws.com' IN (
                    coalesce({{useridentity.invokedby}}, ''), coalesce({{sourceipaddress}}, ''), coalesce({{useragent}}, '')
                )
                AND json_extract_scalar({{requestparameters}}, '$.encryptionContext.SecretARN') <> ''
            ),
            false
        ) AS about,
        {{eventid}} AS id,
        {{sharedeventid}} AS shared,
        {{eventtime}} AS time,
        {{eventsource}} AS source,
        {{eventname}} AS name,
        {{eventtype}} AS type,
        {{eventcategory}} AS category,
        {{errorcode}} AS error,
        {{errormessage}} AS message,
        {{sourceipaddress}} AS address,
        {{vpcendpointid}} AS endpoint,
        {{useragent}} AS agent,
        CASE WHEN lower({{sessioncredentialfromconsole}}) = 'true' THEN 'true' END AS from_console,
        {{useridentity.type}} AS identity,
        {{useridentity.principalid}} AS principal_id,
        {{useridentity.arn}} AS arn,
        {{useridentity.accountid}} AS identity_account,
        {{useridentity.invokedby}} AS service,
        {{useridentity.sessioncontext.sessionissuer.arn}} AS issuer,
        {{useridentity.sessioncontext.sessionissuer.accountid}} AS issuer_account,
        {{useridentity.sessioncontext.webidfederationdata.federatedprovider}} AS provider,
        {{useridentity.sessioncontext.sourceidentity}} AS source_identity,
        {{requestparameters}} AS request,
        {{responseelements}} AS response,
        {{additionaleventdata}} AS additional,
        {{serviceeventdetails}} AS details
    FROM {{table}}
    WHERE {{where}}
),

-- One row for each record that matters, however often it was delivered, and one for each day of each place.
seen AS (
    SELECT
        account, region, day, matters,
        CASE WHEN matters THEN id END AS id,
        CASE WHEN matters THEN shared END AS shared,
        CASE WHEN matters THEN time END AS time,
        CASE WHEN matters THEN source END AS source,
        CASE WHEN matters THEN name END AS name,
        CASE WHEN matters THEN type END AS type,
        CASE WHEN matters THEN category END AS category,
        CASE WHEN matters THEN error END AS error,
        CASE WHEN matters THEN message END AS message,
        CASE WHEN matters THEN address END AS address,
        CASE WHEN matters THEN endpoint END AS endpoint,
        CASE WHEN matters THEN agent END AS agent,
        CASE WHEN matters THEN from_console END AS from_console,
        CASE WHEN matters THEN identity END AS identity,
        CASE WHEN matters THEN principal_id END AS principal_id,
        CASE WHEN matters THEN arn END AS arn,
        CASE WHEN matters THEN identity_account END AS identity_account,
        CASE WHEN matters THEN service END AS service,
        CASE WHEN matters THEN issuer END AS issuer,
        CASE WHEN matters THEN issuer_account END AS issuer_account,
        CASE WHEN matters THEN provider END AS provider,
        CASE WHEN matters THEN source_identity END AS source_identity,
        CASE WHEN matters THEN request END AS request,
        CASE WHEN matters THEN response END AS response,
        CASE WHEN matters THEN additional END AS additional,
        CASE WHEN matters THEN details END AS details,
        count(*) AS copies
    FROM records
    CROSS JOIN UNNEST(CASE WHEN about THEN ARRAY[true, false] ELSE ARRAY[false] END) AS t(matters)
    GROUP BY
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
),

-- What the record names, in the order of preference, and whether it can be read at all.
named AS (
    SELECT
        *,
        CASE
            WHEN NOT matters THEN 'day'
            WHEN category = 'NetworkActivity' OR type = 'AwsVpceEvent' THEN 'network'
            WHEN name IS NULL OR account IS NULL OR region IS NULL OR NOT is_instant THEN 'unreadable'
            ELSE 'held'
        END AS fate,
        CASE
            WHEN name IS NULL THEN 'eventName'
            WHEN account IS NULL THEN 'recipientAccountId'
            WHEN region IS NULL THEN 'awsRegion'
            ELSE 'eventTime'
        END AS problem,
        coalesce(
            filter(TRY_CAST(json_extract(request, '$.secretIdList') AS ARRAY(VARCHAR)), x -> x <> ''),
            filter(ARRAY[json_extract_scalar(request, '$.secretIdList')], x -> x <> '')
        ) AS listed,
        filter(
            CASE
                WHEN source = 'kms.amazonaws.com' THEN ARRAY[json_extract_scalar(request, '$.encryptionContext.SecretARN')]
                ELSE ARRAY[
                    json_extract_scalar(request, '$.secretId'),
                    json_extract_scalar(response, '$.arn'),
                    json_extract_scalar(response, '$.aRN'),
                    coalesce(json_extract_scalar(additional, '$.SecretId'), json_extract_scalar(additional, '$.secretId')),
                    json_extract_scalar(additional, '$.ARN'),
                    coalesce(json_extract_scalar(details, '$.SecretId'), json_extract_scalar(details, '$.secretId')),
                    json_extract_scalar(details, '$.ARN'),
                    nullif(regexp_replace(regexp_extract(message, ' on resource: \s*(\S+)', 1), '\.$', ''), '*'),
                    CASE WHEN name = 'CreateSecret' THEN json_extract_scalar(request, '$.name') END,
                    json_extract_scalar(additional, '$.Name')
                ]
            END,
            x -> x <> ''
        ) AS names,
        CASE
            WHEN source = 'kms.amazonaws.com' OR name IN ({{calls}}) THEN 'call'
            WHEN name IN ({{lifecycle}}) THEN 'event'
            ELSE 'name'
        END AS kind,
        coalesce(issuer, arn, service, principal_id) AS principal,
        CASE
            WHEN source_identity = session_name THEN session_name
            WHEN session_name IS NOT NULL AND source_identity IS NOT NULL
                THEN session_name || ' as ' || source_identity
            ELSE coalesce(session_name, source_identity)
        END AS session
    FROM (
        SELECT
            *,
            coalesce(regexp_like(time, '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$'), false) AS is_instant,
            CASE
                WHEN arn LIKE '%:assumed-role/%' OR arn LIKE '%:federated-user/%'
                    THEN nullif(regexp_extract(arn, '[^/]*$'), '')
            END AS session_name
        FROM seen
    ) AS read
),

-- The same event in another file, also one of another day.
once AS (
    SELECT
        *,
        CASE
            WHEN fate <> 'held' THEN fate
            WHEN id IS NOT NULL AND copy > 1 THEN 'duplicate'
            WHEN {{outside}} THEN 'outside'
            ELSE 'held'
        END AS state,
        CASE WHEN fate = 'held' AND (id IS NULL OR copy = 1) AND time > {{now}} THEN time END AS future,
        CASE
            WHEN cardinality(listed) > 0 THEN listed
            ELSE ARRAY[
                coalesce(
                    element_at(
                        filter(names, x -> regexp_like(x, '^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:.*-[0-9A-Za-z]{6}$')),
                        1
                    ),
                    element_at(filter(names, x -> regexp_like(x, '^arn:[^:]*:secretsmanager(:|$)')), 1),
                    element_at(names, 1)
                )
            ]
        END AS secrets
    FROM (SELECT *, row_number() OVER (PARTITION BY fate, id ORDER BY shared NULLS LAST, day) AS copy FROM named) AS numbered
),

-- Of the two records of a call that crosses accounts, the one that says more.
crossed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY state, shared
            ORDER BY
                CASE WHEN principal LIKE 'arn:%' THEN 0 ELSE 1 END,
                CASE WHEN element_at(secrets, 1) IS NOT NULL THEN 0 ELSE 1 END,
                length(coalesce(session, '')) DESC,
                id
        ) AS of_pair
    FROM once
),

-- One row for each secret that a record names.
split AS (
    SELECT
        *,
        element_at(secrets, n) AS secret,
        CASE WHEN state = 'held' AND shared IS NOT NULL AND of_pair > 1 THEN 'duplicate' ELSE state END AS ending
    FROM crossed
    CROSS JOIN UNNEST(sequence(1, CASE WHEN kind = 'call' THEN cardinality(secrets) ELSE 1 END)) AS t(n)
),

told AS (
    SELECT
        *,
        CASE
            WHEN ending <> 'held' THEN ending
            WHEN kind = 'call' AND secret IS NULL THEN 'event'
            WHEN kind <> 'name' THEN kind
            WHEN regexp_like(secret, '^arn:[^:]*:secretsmanager:') THEN 'name'
            ELSE 'mention'
        END AS row_kind,
        CASE
            WHEN endpoint IS NOT NULL THEN 'endpoint'
            WHEN regexp_like(address, '^{{octet}}(\.{{octet}}){3}$') THEN
                CASE
                    WHEN regexp_like(
                        address,
                        '^(10|127|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.'
                    ) THEN 'private'
                    ELSE 'public'
                END
            WHEN regexp_like(address, '^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$') THEN
                CASE
                    WHEN regexp_like(lower(address), '^(::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)') THEN 'private'
                    ELSE 'public'
                END
            WHEN address LIKE '%.amazonaws.com' OR address = 'AWS Internal' THEN 'service'
            ELSE 'unknown'
        END AS via
    FROM split
),

-- What does not matter for a kind is left empty, so that the rows of a kind are alike.
kinds AS (
    SELECT
        row_kind AS kind, account, region,
        CASE WHEN row_kind = 'day' THEN day END AS day,
        CASE WHEN row_kind = 'unreadable' THEN problem END AS problem,
        CASE WHEN row_kind IN ('call', 'name') THEN secret END AS secret,
        CASE WHEN row_kind IN ('call', 'event') THEN source END AS source,
        CASE WHEN row_kind IN ('call', 'event') THEN name END AS name,
        CASE WHEN row_kind IN ('call', 'event') THEN error END AS error,
        CASE
            WHEN row_kind = 'call' THEN coalesce(
                nullif(nullif(json_extract_scalar(request, '$.versionStage'), 'AWSCURRENT'), ''),
                nullif(json_extract_scalar(request, '$.versionId'), '')
            )
        END AS version,
        CASE WHEN row_kind = 'call' THEN via END AS via,
        CASE WHEN row_kind IN ('call', 'event') THEN identity END AS identity,
        CASE WHEN row_kind IN ('call', 'event') THEN issuer END AS issuer,
        CASE WHEN row_kind IN ('call', 'event') THEN issuer_account END AS issuer_account,
        CASE WHEN row_kind = 'event' OR (row_kind = 'call' AND issuer IS NULL) THEN arn END AS arn,
        CASE WHEN row_kind IN ('call', 'event') THEN service END AS service,
        CASE
            WHEN row_kind = 'event' OR (row_kind = 'call' AND coalesce(issuer, arn, service) IS NULL) THEN principal_id
        END AS principal_id,
        CASE WHEN row_kind IN ('call', 'event') THEN identity_account END AS identity_account,
        CASE WHEN row_kind IN ('call', 'event') THEN provider END AS provider,
        CASE WHEN row_kind IN ('call', 'event') THEN from_console END AS from_console,
        CASE WHEN row_kind = 'event' THEN id END AS id,
        CASE WHEN row_kind = 'event' THEN shared END AS shared,
        CASE WHEN row_kind = 'event' THEN time END AS time,
        CASE WHEN row_kind = 'event' THEN source_identity END AS source_identity,
        CASE WHEN row_kind = 'event' THEN agent END AS agent,
        CASE WHEN row_kind = 'event' THEN message END AS message,
        CASE WHEN row_kind = 'event' THEN address END AS address,
        CASE WHEN row_kind = 'event' THEN endpoint END AS endpoint,
        CASE WHEN row_kind = 'event' THEN request END AS request,
        CASE WHEN row_kind = 'event' THEN response END AS response,
        CASE WHEN row_kind = 'event' THEN additional END AS additional,
        CASE WHEN row_kind = 'event' THEN details END AS details,
        CASE WHEN n = 1 THEN copies ELSE 0 END AS looked_at,
        CASE
            WHEN n > 1 OR ending IN ('day', 'network', 'unreadable') THEN 0
            WHEN ending = 'duplicate' THEN copies
            ELSE copies - 1
        END AS again,
        CASE WHEN n = 1 THEN future END AS future,
        time AS at,
        CASE WHEN row_kind = 'call' THEN coalesce(endpoint, address) END AS origin,
        CASE WHEN row_kind = 'call' THEN session END AS session,
        CASE
            WHEN row_kind = 'call' AND regexp_like(lower(error), '{{refusals}}') THEN substr(
                message,
                coalesce(
                    nullif(strpos(message, ' because '), 0), nullif(strpos(message, ' with an explicit deny'), 0), 1
                )
            )
        END AS reason
    FROM told
)

SELECT
    kind, account, region, day, problem, secret, source, name, error, version, via,
    identity, issuer, issuer_account, arn, service, principal_id, identity_account, provider, from_console,
    id, shared, time, source_identity, agent, message, address, endpoint, request, response, additional, details,
    sum(looked_at) AS records,
    sum(again) AS duplicates,
    count(future) AS in_future,
    max(future) AS furthest,
    min(at) AS earliest,
    max(at) AS latest,
    json_format(CAST(histogram(substr(CASE WHEN kind = 'call' THEN at END, 1, 13)) AS JSON)) AS hours,
    json_format(CAST(array_agg(DISTINCT origin) FILTER (WHERE origin IS NOT NULL) AS JSON)) AS origins,
    json_format(CAST(array_agg(DISTINCT session) FILTER (WHERE session IS NOT NULL) AS JSON)) AS sessions,
    json_format(CAST(array_agg(DISTINCT reason) FILTER (WHERE reason IS NOT NULL) AS JSON)) AS reasons
FROM kinds
GROUP BY
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32
