/** npm run mock: a mock of the appliance at the address that clinker-dev.yaml names. Its volumes are lost when it ends. */
import { mockServer } from './mock-server.js';

const PORT = 8081;

mockServer('not-a-secret').listen(PORT, '127.0.0.1', () => {
  console.log(`the mock appliance is at http://127.0.0.1:${String(PORT)}`);
});
