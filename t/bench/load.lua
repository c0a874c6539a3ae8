-- wrk's load: the same request again and again, made once.
--
--     wrk ... -s load.lua URL -- METHOD TOKEN [BODY-FILE]

function init(args)
   wrk.method = args[1]
   wrk.headers["X-App-Token"] = args[2]

   if args[3] then
      local file = assert(io.open(args[3], "rb"))
      wrk.body = file:read("*a")
      file:close()
      wrk.headers["Content-Type"] = "application/json"
   end
end

-- One line of JSON behind wrk's own report; duration in microseconds.
function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '{"requests":%d,"duration":%d,"failed":%d,"refused":%d}\n',
      summary.requests, summary.duration,
      errors.connect + errors.read + errors.write + errors.timeout,
      errors.status))
end
