-- What placing a volume, and replicas and nodes among each other, ask of a large PostgreSQL. On an empty database that a server has
-- just made: psql -v rows=1000000 -v nodes=2000 -f bench/scaling.sql URL. Prints the plan and the time of each statement.
\set ON_ERROR_STOP on
\timing off
SET synchronous_commit = off;
INSERT INTO volume_types (id, name, is_public, extra_specs, created_at)
  SELECT gen_random_uuid()::text, 'scaling', true, '{}', '2026-01-01T00:00:00.000000';
INSERT INTO volumes (id, project_id, user_id, name, size, status, attach_status, multiattach, bootable, readonly, readonly_set,
    volume_type_id, backend, availability_zone, created_at)
  SELECT gen_random_uuid()::text, 'project-' || i % 1000, 'admin', 'volume-' || i, 1, 'in-use', 'attached', false, false, false, false,
    (SELECT id FROM volume_types LIMIT 1), 'backend-' || i % :nodes, 'nova', '2026-01-01T00:00:00.' || lpad((i % 1000000)::text, 6, '0')
  FROM generate_series(0, :rows - 1) i;
INSERT INTO attachments (id, volume_id, project_id, instance_uuid, attached_host, attach_status, attach_mode, connection_info, connector,
    created_at)
  SELECT gen_random_uuid()::text, id, project_id, gen_random_uuid()::text, 'host-' || substr(id, 1, 4), 'attached', 'rw', '{}',
    '{}', created_at
  FROM volumes;
-- What a process tells of its settings has about 200 characters.
INSERT INTO processes (id, started_at, renewed_at, node, settings)
  SELECT 'process-' || i, '2026-01-01T00:00:00.000000', '2026-01-01T00:00:00.000000', 'node-' || i, repeat('x', 200)
    FROM generate_series(0, :nodes - 1) i;
-- What a node tells of a backend has about 700 characters.
INSERT INTO node_backends (name, node, process_id, facts)
  SELECT 'backend-' || i, 'node-' || i, 'process-' || i, repeat('x', 700) FROM generate_series(0, :nodes - 1) i;
INSERT INTO backend_services (backend, disabled, is_up, volumes, gigabytes)
  SELECT 'backend-' || i, false, true, 0, 0 FROM generate_series(0, :nodes - 1) i;
-- Work in progress: one entry for each hundred nodes.
INSERT INTO operations (id, kind, volume_id, request_id, owner, asker, details, started_at)
  SELECT gen_random_uuid()::text, 'connect', id, 'req', 'process-0', 'process-0', '{}', created_at FROM volumes LIMIT greatest(1, :nodes / 100);
ANALYZE;

\set explain 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)'
\echo '--- counting a new volume on its backend'
:explain UPDATE backend_services SET volumes = volumes + 1, gigabytes = gigabytes + 1
  WHERE backend = 'backend-1' AND disabled = false AND gigabytes <= 1000000;
\echo '--- all services, for each new volume'
:explain SELECT backend, disabled, disabled_reason, changed_at, reported_at, volumes, gigabytes FROM backend_services ORDER BY backend LIMIT 10000;
\echo '--- a node looks for work, each second'
:explain SELECT operation.id FROM operations operation JOIN volumes volume ON volume.id = operation.volume_id
  WHERE operation.asker IN ('process-0')
    AND operation.owner = operation.asker AND volume.backend IN ('backend-1') AND operation.kind IN ('connect', 'disconnect')
  ORDER BY operation.started_at, operation.id LIMIT 200;
\echo '--- a node looks for abandoned work, each reconcile_interval_s'
:explain SELECT operation.id, volume.backend FROM operations operation LEFT JOIN volumes volume ON volume.id = operation.volume_id
  WHERE (operation.owner = 'me' OR NOT EXISTS (SELECT 1 FROM processes process WHERE process.id = operation.owner))
    AND (operation.owner = 'me' OR volume.backend IN ('backend-1'))
  ORDER BY operation.started_at, operation.id LIMIT 500;
\echo '--- all processes: each heartbeat'
:explain SELECT id, started_at, renewed_at, place, node, settings FROM processes ORDER BY started_at, id;
\echo '--- the ids of all processes: each look of a replica at unfinished work'
:explain SELECT id FROM processes ORDER BY started_at, id;
\echo '--- a replica reads the backends of the nodes, each second'
:explain SELECT backend.name, backend.node, backend.facts, process.id AS living FROM node_backends backend
  LEFT JOIN processes process ON process.id = backend.process_id ORDER BY backend.name;
\echo '--- the sum of a backend, at start and once a day'
:explain SELECT COUNT(*), COALESCE(SUM(size), 0) FROM volumes WHERE backend = 'backend-1';
\echo '--- the attachments of a host, to fence it'
:explain SELECT id FROM attachments WHERE attached_host = 'host-0000' ORDER BY created_at, id LIMIT 100;
-- Work that nobody asks for is open for every volume.
INSERT INTO operations (id, kind, volume_id, request_id, owner, details, started_at)
  SELECT gen_random_uuid()::text, 'disconnect', id, 'req', '', '{}', created_at FROM volumes;
ANALYZE operations;
\echo '--- a node looks for work among it'
:explain SELECT operation.id FROM operations operation JOIN volumes volume ON volume.id = operation.volume_id
  WHERE operation.asker IN ('process-0')
    AND operation.owner = operation.asker AND volume.backend IN ('backend-1') AND operation.kind IN ('connect', 'disconnect')
  ORDER BY operation.started_at, operation.id LIMIT 200;
