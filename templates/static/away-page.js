/** The page that stands for every other one while the desk is away: goes as soon as it is back. */
import { restMs, takePulse } from './pulse.js';

for (let tries = 0; (await takePulse()) === undefined; tries += 1)
  await new Promise((resolve) => setTimeout(resolve, restMs(tries)));
if (location.pathname === '/away') location.replace('/');
else location.reload();
