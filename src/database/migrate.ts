import type { DataSource } from 'typeorm';

interface AppliedMigration {
  readonly name: string;
}

/**
 * Applies the migrations that are missing.
 * @throws when the database has migrations that this release does not know: it belongs to a newer one, and
 * writing into an unknown schema loses data.
 */
export async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    if (await runner.hasTable('migrations')) {
      const known = new Set(
        source.migrations.map((migration) => migration.name ?? migration.constructor.name),
      );
      const applied: AppliedMigration[] = await source.query('SELECT name FROM migrations');
      const unknown = applied.map(({ name }) => name).filter((name) => !known.has(name));
      if (unknown.length > 0) {
        throw new Error(
          `The database was written by a newer release of Clinker (unknown migration ${unknown.join(', ')}). Start that release, or restore a backup made before the upgrade.`,
        );
      }
    }
  } finally {
    await runner.release();
  }
  await source.runMigrations();
}
