-- SPDX-License-Identifier: Apache-2.0
-- Plays a list of requests in a circle: wrk -s play.lua URL -- LIST.
-- The last line printed is for the program that started wrk.

local requests = {}
local at = 0

function init(args)
   for line in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", line)
   end
end

function request()
   at = at % #requests + 1
   return requests[at]
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      "%d %f %d %d\n", summary.requests,
      summary.requests / summary.duration * 1e6, latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.timeout))
end
