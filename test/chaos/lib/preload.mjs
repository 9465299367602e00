/** Preloaded into the server: allows killing it before, in and after each of its transactions. */
import 'reflect-metadata';
import { Database } from '../../../dist/platform/database/database.module.js';
import { obey, step } from './step-counter.mjs';

const open = Database.open.bind(Database);

Database.open = async (...given) => {
  const database = await open(...given);
  const { unitOfWork } = database;
  const run = unitOfWork.run.bind(unitOfWork);
  unitOfWork.run = async (work) => {
    step('before a transaction');
    const result = await run(async (tx) => {
      const written = await work(tx);
      step('before its commit');
      return written;
    });
    step('after its commit');
    return result;
  };
  return database;
};

obey();
