/// Lua: one program a place and stage says which messages are transformed and how; this carries it out.
///
/// A program is text in the filter context of the place, so that all places share one state of Lua a worker. It returns `{stage, rules,
/// responses}`. A rule is `{match, request, response, clear}`, a response `{match, response}`; the first that matches counts.
let libraryTransformation = #"""
    local newer, older, count, lastId = {}, {}, 0, 0

    -- Compiled once a worker, and found by text and by number; those that nobody uses are forgotten.
    local function program(h)
      local text = h:filterContext():get("program")
      if type(text) ~= "string" then return {rules = {}, responses = {}} end
      local p = newer[text]
      if p then return p end
      p = older[text]
      if not p then
        p = assert(loadstring(text, "=transformation"))(R)
        lastId = lastId + 1
        p.id = lastId
      end
      count = count + 1
      if count > 1000 then newer, older, count = {}, newer, 1 end
      newer[text], newer[p.id] = p, p
      return p
    end

    local namespace = "sluice.transformation"

    function R.prefix(m, text, isExactCase)
      local path = sub(m.path, 1, #text)
      return path == text or not isExactCase and string.lower(path) == string.lower(text)
    end

    function R.exact(m, text, isExactCase)
      return m.path == text or not isExactCase and string.lower(m.path) == string.lower(text)
    end

    function R.regexPath(m, regex) return regex(m.path, 0) ~= nil end
    function R.method(m, methods) return methods[m.hs:get(":method")] == true end

    local function holds(value, wanted)
      if value == nil or wanted == nil then return value ~= nil end
      if type(wanted) == "string" then return value == wanted end
      return wanted(value, 0) ~= nil
    end

    function R.hasHeader(m, name, wanted, isInverted) return holds(m.hs:get(name), wanted) ~= isInverted end

    function R.hasParameter(m, name, wanted)
      if not m.parameters then
        m.parameters = {}
        for part in string.gmatch(m.query, "[^&]+") do
          local key, value = string.match(part, "^([^=]*)=?(.*)$")
          if m.parameters[key] == nil then m.parameters[key] = value end
        end
      end
      return holds(m.parameters[name], wanted)
    end

    local function choose(rules, hs, isRequest)
      local m = {hs = hs}
      if isRequest then
        local whole = hs:get(":path") or ""
        local path, query = string.match(whole, "^([^?]*)%??(.*)$")
        m.path, m.query = path, string.match(query, "^[^#]*")
      end
      for n, rule in ipairs(rules) do
        if not rule.match or rule.match(m) then return rule, n end
      end
    end

    local function render(c, template)
      if type(template) == "string" then return template end
      c.vars, c.rounds = object({}), 0
      return template(c)
    end

    -- What would end the header, or the message, is never written.
    local function value(name, v)
      if find(v, "[%z\r\n]") then fail("header '%s' would have a line break", name) end
      if name == ":status" and not find(v, "^[2-5]%d%d$") then fail("'%s' is no status from 200 to 599", v) end
      if (name == ":path" or name == ":method" or name == ":authority") and (v == "" or find(v, "[%c ]")) then fail("'%s' cannot be the %s", v, name) end
      return v
    end

    local function set(hs, name, v)
      value(name, v)
      if byte(name) == 58 then
        hs:replace(name, v)
        return
      end
      hs:remove(name)
      if v ~= "" then hs:add(name, v) end
    end

    -- Into the data under its name, whose dots are levels.
    local function place(c, name, v)
      if c.data == null then c.data = object({}) end
      local at = c.data
      local path = {}
      for key in string.gmatch(name .. ".", "([^.]*)%.") do path[#path + 1] = key end
      for i, key in ipairs(path) do
        if getmetatable(at) ~= Object then fail("extractor '%s' has no place in the body", name) end
        if i == #path then at[key] = v
        else
          if at[key] == nil or at[key] == null then at[key] = object({}) end
          at = at[key]
        end
      end
    end

    -- All of a message as JSON.
    local function wrapped(c, hs, t, isRequest)
      local all, out = {}, {}
      for key, v in pairs(hs) do
        all[key] = all[key] or array({})
        table.insert(all[key], v)
      end
      local function last(lists)
        local t = {}
        for key, values in pairs(lists) do t[key] = values[#values] end
        return object(t)
      end
      if c.body ~= "" then out.body = c.body end
      out.headers = last(all)
      if isRequest and t.metadata then
        local path, query = string.match(hs:get(":path") or "", "^([^?]*)%??(.*)$")
        local parameters = {}
        for part in string.gmatch(query, "[^&]+") do
          local key, v = string.match(part, "^([^=]*)=?(.*)$")
          parameters[key] = parameters[key] or array({})
          table.insert(parameters[key], v)
        end
        out.httpMethod, out.path, out.queryString = hs:get(":method"), path, query
        out.multiValueHeaders, out.multiValueQueryStringParameters = object(all), object(parameters)
        out.queryStringParameters = last(parameters)
      end
      return write(object(out))
    end

    -- Whether the client asked so, whatever the request became.
    local function wasHead(h)
      for _, mark in pairs(h:streamInfo():dynamicMetadata():get(namespace) or {}) do
        if mark.head then return true end
      end
      return false
    end

    -- Envoy would send a body all the same, and the client would take it for the next response.
    local function isBodiless(h, hs)
      local status = hs:get(":status")
      if status == "204" or status == "304" then return true end
      return h:requestHeaders():get(":method") == "HEAD" or wasHead(h)
    end

    local function transform(h, t, isRequest)
      local buffer
      if not t.passthrough and not (t.mask and isRequest) then buffer = h:body(true) end
      local hs = h:headers()
      local status = not isRequest and hs:get(":status")
      local length = buffer and buffer:length() or 0
      local c = {h = h, hs = hs, rq = isRequest and hs or h:requestHeaders(), found = {}, data = null}
      c.body = length > 0 and buffer:getBytes(0, length) or ""
      local body
      if t.mask then
        if isRequest then
          -- What is compressed cannot be read.
          hs:remove("accept-encoding")
          return
        end
        local coding = hs:get("content-encoding")
        if coding and coding ~= "identity" and length > 0 then fail("a body in %s cannot be masked", coding) end
        local text = R.masked(h, c.body, t.mask)
        if text ~= c.body then body = text end
      elseif t.wrap then
        body = wrapped(c, hs, t, isRequest)
        hs:replace("content-type", "application/json")
      else
        if t.parse and length > 0 then
          if t.ignore then
            local ok, v = pcall(read, c.body)
            if ok then c.data = v end
          else
            c.data = read(c.body)
          end
        end
        for _, e in ipairs(t.extractors or {}) do
          local source = e.header and hs:getAtIndex(e.header, 0) or not e.header and c.body or nil
          local v = source and e.regex(source, e.group) or ""
          c.found[e.name] = v
          if not t.advanced then place(c, e.name, v) end
        end
        if t.body then body = render(c, t.body) elseif t.merge then body = write(c.data) end
        for _, e in ipairs(t.values or {}) do
          local v = render(c, e[3])
          if v ~= "" then h:streamInfo():dynamicMetadata():set(e[1], e[2], v) end
        end
        for _, e in ipairs(t.set or {}) do set(hs, e[1], render(c, e[2])) end
        for _, e in ipairs(t.append or {}) do
          local v = value(e[1], render(c, e[2]))
          if v ~= "" then hs:add(e[1], v) end
        end
        for _, name in ipairs(t.remove or {}) do hs:remove(name) end
      end
      if not isRequest and isBodiless(h, hs) then
        local isChanged = hs:get(":status") ~= status
        if isChanged then (buffer or h:body(true)):setBytes("") end
        if isChanged or body then h:headers():remove("content-length") end
      elseif body then
        buffer:setBytes(body)
        length = #body
      end
      if buffer and length == 0 and not t.mask then h:headers():remove("content-type") end
    end

    -- True, or false and what to tell the client.
    local function attempt(h, ...)
      local ok, problem, more = pcall(...)
      if ok then return true, problem, more end
      if type(problem) == "table" then return false, "bad request: " .. problem.message end
      h:logErr("transformation: " .. tostring(problem))
      return false, "bad request"
    end

    local function mark(h, p, n, isHead)
      h:streamInfo():dynamicMetadata():set(namespace, p.stage, {program = p.id, rule = n, head = isHead})
    end

    function envoy_on_request(h)
      local ok, p = attempt(h, program, h)
      local problem, rule, n = p, nil, 0
      if ok then
        ok, rule, n = attempt(h, choose, p.rules, h:headers(), true)
        problem = rule
        if ok and not rule then return end
        -- As it is before it is changed.
        local isHead = h:headers():get(":method") == "HEAD"
        if ok and rule.request then ok, problem = attempt(h, transform, h, rule.request, true) end
        mark(h, p, ok and n or 0, isHead)
      end
      if not ok then
        h:respond({[":status"] = "400"}, problem)
      elseif rule.clear then
        h:clearRouteCache()
      end
    end

    -- The rule that took the request answers for its response, whatever route the request went on to.
    local function responder(h)
      local p = program(h)
      local marks = h:streamInfo():dynamicMetadata():get(namespace)
      local mine = marks and marks[p.stage]
      if mine then
        if mine.rule == 0 then return nil end
        local taken = newer[mine.program] or older[mine.program]
        if taken then
          p = taken
          local rule = p.rules[mine.rule]
          if rule.response then return rule end
        end
      end
      return (choose(p.responses, h:headers(), false))
    end

    function envoy_on_response(h)
      local ok, rule = attempt(h, responder, h)
      local problem = rule
      if ok and rule and rule.response then ok, problem = attempt(h, transform, h, rule.response, false) end
      if ok then
        if wasHead(h) and h:requestHeaders():get(":method") ~= "HEAD" then
          h:body(true):setBytes("")
          h:headers():remove("content-length")
        end
        return
      end
      -- What cannot be masked is not shown.
      local isMask = type(rule) == "table" and rule.response.mask
      h:headers():replace(":status", isMask and "502" or "400")
      h:headers():remove("content-type")
      if isMask then
        h:logErr("dlp: " .. problem)
        h:headers():remove("content-encoding")
        problem = "the response cannot be shown"
      end
      if isBodiless(h, h:headers()) then
        h:headers():remove("content-length")
      else
        h:body(true):setBytes(problem)
      end
    end
    """#
