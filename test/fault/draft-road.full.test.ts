import { fewestCalls, runAndCheck } from './draft-road.ts';
import { describeSweep } from './sweep.ts';

await describeSweep({ runAndCheck, fewestCalls });
