import { fewestCalls, runAndCheck } from './escalation-road.ts';
import { describeSweep } from './sweep.ts';

await describeSweep({ runAndCheck, fewestCalls });
