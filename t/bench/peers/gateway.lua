-- The gateway's job in Lua, phase by phase: who calls, what for, the document,
-- the key, the record.  The record is one write(2) in append mode, as ours.

local cjson = require "cjson.safe"
local ffi = require "ffi"
local contract = require "contract"

local re_find, re_match = ngx.re.find, ngx.re.match
local var, concat = ngx.var, table.concat
local bit = require "bit"
local null = cjson.null

ffi.cdef [[
typedef struct {
    uint32_t h[8]; uint32_t low, high; uint32_t data[16]; unsigned num, len;
} riverty_sha256_t;
int SHA256_Init(riverty_sha256_t *state);
int SHA256_Update(riverty_sha256_t *state, const void *data, size_t len);
int SHA256_Final(unsigned char *digest, riverty_sha256_t *state);
int open(const char *path, int flags, ...);
long write(int fd, const void *data, size_t len);
]]

local C = ffi.C
local O_WRONLY, O_CREAT, O_APPEND = 1, 64, 1024

local _M = {}

local apps = {}             -- digest => app
local log_fd
local state = ffi.new("riverty_sha256_t")
local inner, outer = ffi.new("riverty_sha256_t"), ffi.new("riverty_sha256_t")
local digest = ffi.new("unsigned char[32]")
local hex = {}
for i = 0, 255 do
    hex[i] = ("%02x"):format(i)
end

local function slurp(path)
    local file = assert(io.open(path, "rb"))
    local content = file:read("*a")
    file:close()
    return content
end

local function sha256(text)
    C.SHA256_Init(state)
    C.SHA256_Update(state, text, #text)
    C.SHA256_Final(digest, state)
    return ffi.string(digest, 32)
end

-- The states behind HMAC's two first blocks, made once.
local function key_hmac(key)
    local pads = { [inner] = 0x36, [outer] = 0x5c }
    for context, pad in pairs(pads) do
        local block = {}
        for i = 1, 64 do
            block[i] = string.char(bit.bxor(key:byte(i) or 0, pad))
        end
        C.SHA256_Init(context)
        C.SHA256_Update(context, concat(block), 64)
    end
end

local function pseudonym(text)
    ffi.copy(state, inner, ffi.sizeof("riverty_sha256_t"))
    C.SHA256_Update(state, text, #text)
    C.SHA256_Final(digest, state)
    ffi.copy(state, outer, ffi.sizeof("riverty_sha256_t"))
    C.SHA256_Update(state, digest, 32)
    C.SHA256_Final(digest, state)
    return "t:k1:" .. hex[digest[0]] .. hex[digest[1]] .. hex[digest[2]]
        .. hex[digest[3]] .. hex[digest[4]] .. hex[digest[5]] .. hex[digest[6]]
        .. hex[digest[7]] .. hex[digest[8]] .. hex[digest[9]]
        .. hex[digest[10]] .. hex[digest[11]] .. hex[digest[12]]
        .. hex[digest[13]] .. hex[digest[14]] .. hex[digest[15]]
end

function _M.init(dir)
    contract.init(dir .. "/contract.json")
    for _, app in ipairs(cjson.decode(slurp(dir .. "/apps.json")).apps) do
        for _, operation in ipairs(app.operations) do
            app.operations[operation] = true
        end
        for _, token in ipairs(app.tokens) do
            apps[token:sub(8):gsub("%x%x", function(two)
                return string.char(tonumber(two, 16))
            end)] = app
        end
    end
    key_hmac(slurp(dir .. "/redaction.key"):gsub("%s+$", "")
        :gsub("%x%x", function(two)
            return string.char(tonumber(two, 16))
        end))
end

function _M.init_worker(dir)
    log_fd = C.open(dir .. "/audit.log", O_WRONLY + O_CREAT + O_APPEND,
                    ffi.cast("int", 384))
    assert(log_fd >= 0, "audit.log")
end


-- --- the request ---

local titles = {
    [400] = "The request cannot be served", [401] = "The app is not known",
    [403] = "The app may not do this", [404] = "There is no such path",
    [405] = "The method is not allowed", [413] = "The body is too large",
    [415] = "The media type is not JSON",
    [422] = "The document breaks the contract",
}

local function refuse(ctx, status, slug, errors)
    ctx.outcome = status == 422 and "rejected"
        or (status == 401 or status == 403) and "denied" or "refused"
    ctx.problem = slug
    ngx.status = status
    ngx.header["Content-Type"] = "application/problem+json"
    local answer = cjson.encode {
        type = "urn:riverty-customer:problem:" .. slug,
        title = titles[status], status = status,
        instance = var.request_id, errors = errors,
    }
    ngx.header["Content-Length"] = #answer
    ngx.print(answer)
    return ngx.exit(status)
end

local operations = { POST = "create", GET = "read", PUT = "update" }

local function errors_of(verdict)
    local errors, n = {}, 0
    for i = 1, verdict.findings_count do
        local finding = verdict.findings[i]
        if finding.level == "reject" then
            n = n + 1
            errors[n] = {
                pointer = finding.pointer, rule = finding.rule,
                field = finding.pointer:sub(2):gsub("/", "."),
                detail = "breaks the rule " .. finding.rule,
            }
        end
    end
    return errors
end

local function judge(ctx)
    local kind = var.content_type
    if not kind or not re_find(kind,
            [[^application/json(?:\s*;\s*charset="?utf-8"?)?$]], "joi") then
        return refuse(ctx, 415, "unsupported-media-type")
    end

    ngx.req.read_body()
    local body = ngx.req.get_body_data()
    if not body or #body > 65536 then
        return refuse(ctx, body and 413 or 400,
                      body and "content-too-large" or "malformed-json")
    end

    ctx.bytes = #body
    local verdict = contract.judge(body)
    if not verdict then
        return refuse(ctx, 400, "malformed-json")
    end
    ctx.verdict = verdict
    if verdict.rejected then
        return refuse(ctx, 422, "contract-broken", errors_of(verdict))
    end
    if ctx.number and verdict.filled.customerNumber ~= ctx.number then
        return refuse(ctx, 422, "contract-broken", { {
            pointer = "/customer/customerNumber",
            rule = "customer_number_mismatch" } })
    end
    if verdict.changes_count > 0 then
        ngx.req.set_body_data(cjson.encode(verdict.document))
    end
end

function _M.access()
    local ctx = { outcome = "forwarded" }
    ngx.ctx.riverty = ctx

    local token = var.http_x_app_token
    local app = token and apps[sha256(token)]
    if not app then
        return refuse(ctx, 401, "unknown-app")
    end
    ctx.app = app

    local path = re_match(var.request_uri,
        [[^(/subscriptions/v[0-9]+/customers)]]
        .. [[(?:/([A-Za-z0-9][A-Za-z0-9._-]{0,49}))?$]], "jo")
    if not path then
        return refuse(ctx, 404, "path-not-found")
    end
    ctx.path, ctx.number = path[1], path[2] or nil

    local operation = operations[ngx.req.get_method()]
    if not operation or (operation == "create") == (ctx.number ~= nil) then
        return refuse(ctx, 405, "method-not-allowed")
    end
    ctx.operation = operation
    if not app.operations[operation] then
        return refuse(ctx, 403, "operation-not-granted")
    end

    if operation ~= "read" then
        judge(ctx)
    end
    var.riverty_key = app.keys[1].value
end

-- What the API calls the customer, from its reply.
function _M.reply()
    local ctx = ngx.ctx.riverty
    if not ctx or ctx.operation == "read" or ctx.outcome ~= "forwarded" then
        return
    end
    ctx.answer = ctx.answer and ctx.answer .. ngx.arg[1] or ngx.arg[1]
end


-- --- the record ---

-- The same number stands in a record three times.
local function customer_pseudonym(ctx, number)
    if ctx.pseudonym_of ~= number then
        ctx.pseudonym_of = number
        ctx.pseudonym = pseudonym("customerNumber\0" .. number)
    end
    return ctx.pseudonym
end

local function redacted(verdict)
    local out, n = {}, 0
    local filled = verdict.filled
    for i = 1, #contract.fields do
        local field = contract.fields[i]
        local value, mode = filled[field.name], field.redact
        local form
        if not value or mode == "drop" then
            form = nil
        elseif mode == "keep" then
            form = '"' .. value .. '"'
        elseif mode == "token" then
            form = '"' .. pseudonym(field.pointer .. "\0" .. value) .. '"'
        elseif mode == "length" then
            form = '{"len":' .. contract.length(verdict, value) .. "}"
        elseif mode == "present" then
            form = "true"
        elseif field.name == "email" then
            local last = value:match("%.([A-Za-z0-9-]+)$")
            form = last and '"...' .. last .. '"'
        else
            form = cjson.encode(value:sub(1, 2) .. "...")
        end
        if form then
            n = n + 1
            out[n] = '"' .. field.pointer .. '":' .. form
        end
    end
    if verdict.unknown > 0 then
        n = n + 1
        out[n] = '"unknown":' .. verdict.unknown
    end
    return concat(out, ",")
end

local function findings_of(verdict)
    local out = {}
    for i = 1, verdict.findings_count do
        local finding = verdict.findings[i]
        out[i] = '{"rule":"' .. finding.rule .. '","level":"' .. finding.level
            .. '","pointer":"' .. finding.pointer .. '"}'
    end
    return concat(out, ",")
end

local function answer_of(ctx)
    local answer = ctx.answer and cjson.decode(ctx.answer)
    if type(answer) ~= "table" then
        return ""
    end
    local customer, reference = answer.customerNumber,
        answer.externalCustomerReference
    if type(customer) ~= "string" or type(reference) ~= "string" then
        return ""
    end
    return ',"answer":{"reference":"' .. customer_pseudonym(ctx, reference)
        .. '","customer":"' .. customer_pseudonym(ctx, customer) .. '"}'
end

function _M.log()
    local ctx = ngx.ctx.riverty or { outcome = "refused" }
    local verdict = ctx.verdict
    local now = ngx.now()
    local time = ngx.utctime()
    local number = ctx.number or verdict and verdict.filled.customerNumber
    local customer = number and customer_pseudonym(ctx, number)
    local status = ngx.status
    local upstream = var.upstream_addr

    local line = concat({
        '{"@timestamp":"', time:sub(1, 10), "T", time:sub(12),
        (".%03dZ"):format((now * 1000) % 1000),
        '","ecs.version":"8.11.0","event.id":"', var.request_id,
        '","event.type":"end","event.action":"customer.',
        ctx.operation or "unknown",
        '","event.outcome":"', status < 400 and "success" or "failure",
        '","event.duration":', ("%.0f"):format(var.request_time * 1e9),
        ',"http.request.method":"', var.request_method,
        '","http.version":"', var.server_protocol:sub(6),
        '","http.request.body.bytes":', ctx.bytes or 0,
        ',"http.response.status_code":', status,
        ',"http.response.body.bytes":', var.body_bytes_sent,
        ',"url.path":"', ctx.path or "",
        ctx.number and "/{" .. customer .. "}" or "",
        '","user.name":"', ctx.app and ctx.app.name or "",
        '","client.ip":"', var.remote_addr,
        '","riverty":{"outcome":"', ctx.outcome, '","mode":"on"',
        ctx.problem and ',"problem":"' .. ctx.problem .. '"' or "",
        upstream and ',"key":"' .. ctx.app.keys[1].id .. '"' or "",
        customer and ',"customer":"' .. customer .. '"' or "",
        verdict and ',"findings":[' .. findings_of(verdict) .. "]" or "",
        verdict and ',"changes":[' .. (verdict.changes_count > 0
            and '"' .. concat(verdict.changes, '","') .. '"' or "") .. "]"
            or "",
        verdict and ',"document":{' .. redacted(verdict) .. "}" or "",
        upstream and ',"upstream":{"addr":"' .. upstream .. '","status":'
            .. var.upstream_status .. ',"duration":'
            .. ("%.0f"):format((tonumber(var.upstream_response_time) or 0)
                               * 1e9) .. "}" or "",
        answer_of(ctx), "}}\n",
    })
    C.write(log_fd, line, #line)
end

return _M
