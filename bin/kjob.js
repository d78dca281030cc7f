#!/usr/bin/env node
import { run } from "../dist/kjob.js";

await run();
