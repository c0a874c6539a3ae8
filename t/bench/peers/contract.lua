-- The contract in Lua: a customer document judged as a house would do it with
-- what nginx's Lua offers: cjson, and PCRE by ngx.re with its JIT.  All
-- findings at once; codes, dates, shapes and lengths of every field; values in
-- the API's form.  contract.json holds the tables, and t/bench/run puts ISO's
-- codes into it.

local cjson = require "cjson.safe"

local re_find = ngx.re.find
local byte, sub, upper, lower = string.byte, string.sub, string.upper, string.lower
local null = cjson.null

local _M = {}

local objects, fields, shapes, words, masked = {}, {}, {}, {}, {}
local known = {}            -- object => member => true
local suffixed, postal = {}, {}

-- Where a body has none of these, it has one byte a character, and no string
-- of it holds what may not be in one.
local SPECIAL = [=[[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\xff]|\\[ubfnrt]]=]
local CONTROL = [=[[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|]=]
    .. [=[\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]]=]

function _M.init(path)
    local file = assert(io.open(path, "rb"))
    local tables = assert(cjson.decode(file:read("*a")))
    file:close()

    cjson.decode_max_depth(8)

    for _, object in ipairs(tables.objects) do
        objects[object.name] = object.pointer
        known[object.name] = {}
    end
    known.customer.address = true
    known.document.customer = true
    known.document.paymentRegistration = true
    shapes = tables.shapes
    for _, name in ipairs(tables.masked) do
        masked[name] = true
    end
    for country, pattern in pairs(tables.postal_codes) do
        postal[country] = "^(?:" .. pattern .. ")$"
        suffixed[country] = "^(?:" .. pattern .. ")-[0-9]{4}$"
    end
    for name, list in pairs(tables.words) do
        words[name] = {}
        for _, word in ipairs(list) do
            words[name][word] = true
        end
    end
    for i, field in ipairs(tables.fields) do
        field.pointer = objects[field["in"]] .. "/" .. field.name
        known[field["in"]][field.name] = true
        fields[i] = field
    end
end

local function note(self, rule, pointer, level)
    local n = self.findings_count + 1
    self.findings_count = n
    self.findings[n] = { rule = rule, pointer = pointer,
                         level = level or "reject" }
    if not level then
        self.rejected = true
    end
end

local function change(self, field, object, value)
    object[field.name] = value
    local n = self.changes_count + 1
    self.changes_count = n
    self.changes[n] = field.pointer
    return value
end

local function length(self, value)
    if self.plain then
        return #value
    end
    local _, count = value:gsub("[^\128-\191]", "")
    return count
end

-- Spaces and no-break spaces at both ends.
local function trimmed(value)
    local first, last = byte(value, 1), byte(value, -1)
    if first ~= 32 and last ~= 32 and first ~= 194 and last ~= 160 then
        return value
    end
    local from = re_find(value, [[(?:(?! |\xc2\xa0)[\x00-\xff]).*$]], "jos")
    if not from then
        return ""
    end
    local ending = re_find(value, [[(?: |\xc2\xa0)+$]], "jo")
    return sub(value, from, ending and ending - 1 or -1)
end

local function check_shape(self, field, value)
    local rule, tested = field.shape, value

    if masked[rule] then
        local from, to = re_find(value, "XX+", "jo")
        if from then
            tested = sub(value, 1, from - 1) .. ("0"):rep(to - from + 1)
                .. sub(value, to + 1)
        end
    end
    if not re_find(tested, shapes[rule], "jo") then
        return note(self, rule, field.pointer)
    end

    if tested ~= value then
        note(self, "masked_value", field.pointer, "warn")
    elseif rule == "phone" and byte(value, 1) ~= 43 then
        note(self, "phone_not_international", field.pointer, "warn")
    elseif rule == "name" and re_find(value, "[<>]", "jo") then
        note(self, "name_markup", field.pointer, "warn")
    end
end

local days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function check_birth_date(self, field, object, value)
    if re_find(value, [[^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00(?:\.0+)?Z?$]],
               "jo") then
        value = change(self, field, object, sub(value, 1, 10))
        note(self, "birth_date_time", field.pointer, "warn")
    end
    if not re_find(value, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "jo") then
        return note(self, "birth_date", field.pointer)
    end
    local y, m, d = tonumber(sub(value, 1, 4)), tonumber(sub(value, 6, 7)),
        tonumber(sub(value, 9, 10))
    local leap = y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0)
    local most = m == 2 and leap and 29 or days[m]
    if not most or d < 1 or d > most then
        return note(self, "birth_date", field.pointer)
    end
    local today = sub(ngx.utctime(), 1, 10)
    if value > today then
        return note(self, "birth_date_future", field.pointer)
    end
    local age = tonumber(sub(today, 1, 4)) - y
    if sub(value, 6) > sub(today, 6) then
        age = age - 1
    end
    if age >= 125 then
        note(self, "birth_date_age", field.pointer)
    elseif age < 18 then
        note(self, "birth_date_minor", field.pointer, "warn")
    end
end

local function check_postal_code(self, field, value, country)
    local pattern = postal[country]
    if not pattern or re_find(value, pattern, "jo") then
        return
    end
    if re_find(value, suffixed[country], "jo") then
        return note(self, "postal_code_suffix", field.pointer, "warn")
    end
    note(self, "postal_code", field.pointer)
end

local function check_field(self, field, object)
    local value = object[field.name]
    local kind = type(value)

    if kind ~= "string" then
        if value == nil or value == null then
            if field.required then
                note(self, "required", field.pointer)
            elseif value == null then
                note(self, "null_value", field.pointer, "warn")
            end
        else
            note(self, "type", field.pointer)
        end
        return
    end

    if not self.plain and re_find(value, CONTROL, "jo") then
        return note(self, "control_character", field.pointer)
    end
    local clean = trimmed(value)
    if clean ~= value then
        value = change(self, field, object, clean)
    end
    if value == "" then
        if field.required then
            note(self, "required", field.pointer)
        end
        return
    end
    if length(self, value) > field.longest then
        return note(self, "too_long", field.pointer)
    end

    self.filled[field.name] = value
    if field.code then
        local form = field.case == "upper" and upper(value) or lower(value)
        if not words[field.code][form] then
            self.filled[field.name] = field.level and value or nil
            return note(self, field.code, field.pointer, field.level)
        end
        if form ~= value then
            self.filled[field.name] = change(self, field, object, form)
        end
    elseif field.shape then
        check_shape(self, field, value)
        if field.name == "email" then
            local at = value:find("@", 1, true)
            local domain = at and lower(sub(value, at))
            if at and domain ~= sub(value, at) then
                change(self, field, object, sub(value, 1, at - 1) .. domain)
            end
        end
    elseif field.name == "birthDate" then
        check_birth_date(self, field, object, value)
    elseif field.name == "postalCode" then
        check_postal_code(self, field, value, self.filled.countryCode)
    end
end

local function check_unknown(self, name, object)
    local mine, count = known[name], 0
    for member in pairs(object) do
        if not mine[member] then
            count = count + 1
        end
    end
    if count > 0 then
        self.unknown = self.unknown + count
        note(self, "unknown_member", objects[name], "warn")
    end
end

local function check_together(self)
    local filled, at = self.filled, "/customer/"

    if filled.customerCategory == "PERSON" then
        if not filled.firstName then
            note(self, "required", at .. "firstName")
        end
        if not filled.lastName then
            note(self, "required", at .. "lastName")
        end
        if filled.companyName then
            note(self, "person_company_name", at .. "companyName", "warn")
        end
    elseif filled.customerCategory == "COMPANY" then
        if not filled.companyName then
            note(self, "required", at .. "companyName")
        end
        if filled.birthDate then
            note(self, "company_birth_date", at .. "birthDate", "warn")
        end
    end
    if not filled.email then
        note(self, "email_missing", at .. "email", "warn")
    end
    if postal[filled.countryCode] and not filled.postalCode then
        note(self, "required", at .. "address/postalCode")
    end
    if filled.streetNumberAdditional and not filled.streetNumber then
        note(self, "street_number_alone",
             at .. "address/streetNumberAdditional", "warn")
    end
    if filled.street and not filled.streetNumber
        and re_find(filled.street, "[0-9]", "jo") then
        note(self, "street_with_number", at .. "address/street", "warn")
    end
end

-- The verdict: findings, changes, what is filled, the tree with its changes
-- made; nil where the body is not JSON.
function _M.judge(body)
    local document = cjson.decode(body)
    if type(document) ~= "table" then
        return nil
    end

    local self = {
        document = document, plain = not re_find(body, SPECIAL, "jo"),
        findings = {}, findings_count = 0, changes = {}, changes_count = 0,
        filled = {}, unknown = 0, rejected = false,
    }
    local customer, registration = document.customer,
        document.paymentRegistration
    local address = type(customer) == "table" and customer.address
    local found = { document = document, customer = customer, address = address,
                    paymentRegistration = registration }

    for name, pointer in pairs(objects) do
        if type(found[name]) ~= "table" then
            note(self, found[name] and found[name] ~= null and "type"
                 or "required", pointer)
            found[name] = false
        else
            check_unknown(self, name, found[name])
        end
    end
    for i = 1, #fields do
        local field = fields[i]
        local object = found[field["in"]]
        if object then
            check_field(self, field, object)
        end
    end
    check_together(self)
    return self
end

_M.fields = fields
_M.length = length
_M.words = words

return _M
