import attachmentsComplete from './scenarios/attachments-complete.mjs';
import attachmentsCreate from './scenarios/attachments-create.mjs';
import attachmentsCreateValidation from './scenarios/attachments-create-validation.mjs';
import attachmentsDelete from './scenarios/attachments-delete.mjs';
import attachmentsFailures from './scenarios/attachments-failures.mjs';
import attachmentsFilters from './scenarios/attachments-filters.mjs';
import attachmentsList from './scenarios/attachments-list.mjs';
import attachmentsShared from './scenarios/attachments-shared.mjs';
import attachmentsUpdate from './scenarios/attachments-update.mjs';
import authentication from './scenarios/authentication.mjs';
import discovery from './scenarios/discovery.mjs';
import microversions from './scenarios/microversions.mjs';
import neighbours from './scenarios/neighbours.mjs';
import precedence from './scenarios/precedence.mjs';
import rights from './scenarios/rights.mjs';
import transport from './scenarios/transport.mjs';
import types from './scenarios/types.mjs';
import typesExtraSpecs from './scenarios/types-extra-specs.mjs';
import volumeActions from './scenarios/volume-actions.mjs';
import volumesCreate from './scenarios/volumes-create.mjs';
import volumesList from './scenarios/volumes-list.mjs';
import volumesMetadata from './scenarios/volumes-metadata.mjs';
import volumesUpdate from './scenarios/volumes-update.mjs';
import volumesViews from './scenarios/volumes-views.mjs';

/** Every group is recorded into a fixture file of its own. */
export const GROUPS = [
  discovery,
  authentication,
  microversions,
  transport,
  precedence,
  attachmentsCreate,
  attachmentsCreateValidation,
  attachmentsUpdate,
  attachmentsComplete,
  attachmentsDelete,
  attachmentsList,
  attachmentsFilters,
  attachmentsShared,
  attachmentsFailures,
  rights,
  neighbours,
  types,
  typesExtraSpecs,
  volumeActions,
  volumesCreate,
  volumesList,
  volumesMetadata,
  volumesUpdate,
  volumesViews,
];
