import { describe, it } from 'node:test';
import { runConformance } from 'clinker-driver/testing';
import definition from '../src/index.js';
import { newSubject, type Subject } from './subject.js';

/** The kit passes back what `create` returned. */
const own = (subject: object): Subject => subject as Subject;

runConformance({
  describe,
  it,
  capabilities: definition.capabilities,
  create: newSubject,
  hooks: {
    restart: (subject) => Promise.resolve(own(subject).restart()),
    loseExport: (subject, volumeId) => {
      own(subject).loseExport(volumeId);
      return Promise.resolve();
    },
    interrupt: (subject, step, trouble) => own(subject).interruption.plan(step, trouble),
  },
});
