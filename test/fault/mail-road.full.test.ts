import { runAndCheck } from './mail-road.ts';
import { describeSweep } from './sweep.ts';

await describeSweep({ runAndCheck, fewestCalls: 150 });
