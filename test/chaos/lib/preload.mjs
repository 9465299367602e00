/** Loaded before the server: lets it die before, in and after each of its transactions. */
import 'reflect-metadata';
import { Database } from '../../../dist/database/database.module.js';
import { obey, step } from './step-counter.mjs';

const open = Database.open.bind(Database);

Database.open = async (config) => {
  const database = await open(config);
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
