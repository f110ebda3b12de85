"""Reason codes of licences: the same kind of enum as `eseal.reasons`, for the layer above.

A code is stable for ever; its texts may get better. ETSI EN 319 102-1 has no words for what is
wrong with a licence (and not with its signature), so here a code is its own sub-indication.
"""

from eseal.reasons import ReasonCode


class LicenceReason(ReasonCode):
    """Why a licence was refused, failed or could not be judged."""

    # -- identifiers -----------------------------------------------------------------------
    IDENTIFIER_MALFORMED = (
        "IDENTIFIER_MALFORMED",
        "",
        "电子证照标识的格式不合规",
        "The licence identifier does not have the form of GB/T 36904",
        "应为 1.2.156.3005.2.类型代码.颁发机构代码.流水号.版本号.校验位；请核对抄录",
        "It reads 1.2.156.3005.2.type.issuer.serial.version.check; compare it with the original",
    )
    IDENTIFIER_CHECK = (
        "IDENTIFIER_CHECK",
        "",
        "电子证照标识的校验位不符",
        "The check character of the licence identifier is wrong",
        "可能抄错一位，或颁发机构的系统算法有误；请向颁发机构核实",
        "A character was mistyped, or the issuer's system computes it wrongly; ask the issuer",
    )
    USCC_MALFORMED = (
        "USCC_MALFORMED",
        "",
        "统一社会信用代码的格式不合规",
        "The unified social credit code does not have the form of GB 32100",
        "应为 18 位数字或大写字母，不含 I、O、S、V、Z",
        "It has 18 digits or capitals, never I, O, S, V or Z",
    )
    USCC_CHECK = (
        "USCC_CHECK",
        "",
        "统一社会信用代码的校验位不符",
        "A check character of the unified social credit code is wrong",
        "请对照营业执照或登记证书重新录入",
        "Enter it again from the holder's business licence or registration",
    )
    CITIZEN_NUMBER_MALFORMED = (
        "CITIZEN_NUMBER_MALFORMED",
        "",
        "公民身份号码的格式不合规",
        "The citizen number does not have the form of GB 11643",
        "应为 17 位数字加 1 位校验码（数字或大写 X）",
        "It has 17 digits and a check character: a digit or a capital X",
    )
    CITIZEN_NUMBER_PROVINCE = (
        "CITIZEN_NUMBER_PROVINCE",
        "",
        "公民身份号码的前两位不是任何省级地区",
        "The citizen number begins with no province that exists",
        "请对照身份证件重新录入",
        "Enter it again from the identity card",
    )
    CITIZEN_NUMBER_DATE = (
        "CITIZEN_NUMBER_DATE",
        "",
        "公民身份号码中的出生日期不存在",
        "The birth date inside the citizen number does not exist",
        "请对照身份证件重新录入",
        "Enter it again from the identity card",
    )
    CITIZEN_NUMBER_CHECK = (
        "CITIZEN_NUMBER_CHECK",
        "",
        "公民身份号码的校验码不符",
        "The check character of the citizen number is wrong",
        "请对照身份证件重新录入",
        "Enter it again from the identity card",
    )

    # -- licence types ---------------------------------------------------------------------
    UNKNOWN_TYPE = (
        "UNKNOWN_TYPE",
        "",
        "没有这种证照类型",
        "There is no such licence type",
        "用 licences types 查看全部类型；自有类型放入主目录的 types 文件夹",
        "List them with licences types; put your own into the types folder of the home",
    )
    TYPE_MALFORMED = (
        "TYPE_MALFORMED",
        "",
        "证照类型的定义有误",
        "The definition of the licence type is wrong",
        "按提示的文件与键改正；可参照随附的类型文件夹",
        "Correct the file and key that are named; a shipped type's folder shows the form",
    )

    # -- the data of a licence -------------------------------------------------------------
    DATA_REFUSED = (
        "DATA_REFUSED",
        "",
        "证照数据不符合该类型的要求",
        "The data do not meet the rules of this licence type",
        "逐项改正所列字段后重新提交；用 licences types 查看字段要求",
        "Correct each field that is listed and submit again; licences types shows the rules",
    )
    FIELD_MISSING = (
        "FIELD_MISSING",
        "",
        "缺少必填字段",
        "A required field is missing",
        "补上该字段",
        "Add the field",
    )
    FIELD_UNKNOWN = (
        "FIELD_UNKNOWN",
        "",
        "该类型没有这个字段",
        "This licence type has no such field",
        "删去该字段，或改正字段名",
        "Remove the field, or correct its name",
    )
    FIELD_KIND = (
        "FIELD_KIND",
        "",
        "字段的数据种类不对",
        "The field holds the wrong kind of value",
        "文字加引号，整数与 true/false 不加引号；小数写成文字",
        "Quote text, not integers or true/false; write decimals as text",
    )
    FIELD_LENGTH = (
        "FIELD_LENGTH",
        "",
        "字段过长或过短",
        "The field is too long or too short",
        "按该类型的字数限制改写",
        "Keep within the number of characters that the type allows",
    )
    FIELD_RANGE = (
        "FIELD_RANGE",
        "",
        "数值或日期超出允许范围",
        "The number or date lies outside the allowed range",
        "核对数值与单位；日期核对先后",
        "Check the number and its unit; of days, which comes first",
    )
    FIELD_FORM = (
        "FIELD_FORM",
        "",
        "字段的写法不合规定",
        "The field is not written in the prescribed form",
        "参照 licences types TYPE --sample 给出的样例书写",
        "Follow the sample that licences types TYPE --sample gives",
    )
    FIELD_DATE = (
        "FIELD_DATE",
        "",
        "日期的写法不对，或没有这一天",
        "Not written as a date, or no day that exists",
        "写作 年-月-日，月、日各两位，例如 2026-03-08",
        "Write year-month-day, month and day with two digits each, such as 2026-03-08",
    )
    FIELD_NOT_LISTED = (
        "FIELD_NOT_LISTED",
        "",
        "取值不在规定的选项之内",
        "The value is not one of the prescribed choices",
        "从所列选项中选取",
        "Choose one of those that are listed",
    )
    FIELD_REFUSED = (
        "FIELD_REFUSED",
        "",
        "字段不符合该类型的规则",
        "The field breaks a rule of this licence type",
        "查看该类型 schema.json 中所指的规则",
        "See the rule that is named, in the type's schema.json",
    )

    # -- before signing --------------------------------------------------------------------
    ISSUER_NOT_ALLOWED = (
        "ISSUER_NOT_ALLOWED",
        "",
        "该部门无权颁发这种证照",
        "The department may not issue this licence type",
        "核对颁发部门；有权部门列在类型的 issuers 中，自己的类型放在主目录的 types/，"
        "见 schemas/README.md",
        "Check the department; those that may are listed in the type's issuers; types of one's own "
        "lie in the home's types/, see schemas/README.md",
    )
    UNKNOWN_DEPARTMENT = (
        "UNKNOWN_DEPARTMENT",
        "",
        "此主目录中没有该部门",
        "This home has no such department",
        "在该部门的主目录中签发，或在 settings.toml 中登记为 [[department]]，附其密钥与证书",
        "Issue from that department's home, or enter it as a [[department]] in settings.toml, "
        "with its keys and certificates",
    )
    NO_SIGNER = (
        "NO_SIGNER",
        "",
        "没有为该部门和算法配置签名密钥",
        "No signing key is set up for this department and suite",
        "在主目录的设置中登记密钥与证书，或用 --suite 换一种算法",
        "Enter key and certificate in the home's settings, or choose another --suite",
    )
    SIGNER_EXPIRED = (
        "SIGNER_EXPIRED",
        "",
        "签名证书已过期，未签发",
        "The signing certificate has expired; nothing was signed",
        "为该部门换发签名证书后重试",
        "Renew the department's signing certificate, then try again",
    )
    SIGNER_NOT_YET_VALID = (
        "SIGNER_NOT_YET_VALID",
        "",
        "签名证书尚未生效，未签发",
        "The signing certificate is not yet valid; nothing was signed",
        "等证书生效；并检查本机时钟",
        "Wait until it is valid, and check this machine's clock",
    )
    SIGNER_ENDS_TOO_SOON = (
        "SIGNER_ENDS_TOO_SOON",
        "",
        "签名证书即将到期，证照来不及使用，未签发",
        "The signing certificate ends before the licence could be served; nothing was signed",
        "为该部门换发签名证书后重试",
        "Renew the department's signing certificate, then try again",
    )
    MISSING_GLYPH = (
        "MISSING_GLYPH",
        "",
        "有字在可用字体中没有字形，未签发",
        "No font at hand has a character of the text; nothing was signed",
        "按提示改写所指的字，或安装所指的字体包后重试；不会印成空白",
        "Replace the character that is named, or install the font package; it is never left blank",
    )
    CONTENT_TOO_LONG = (
        "CONTENT_TOO_LONG",
        "",
        "文字太长，证面容纳不下，未签发",
        "The face cannot hold so long a text; nothing was issued",
        "缩短所指字段；证面上的文字不会被截断",
        "Shorten the field that is named; nothing is ever cut off",
    )
    CONFLICT = (
        "CONFLICT",
        "",
        "同一证照编号已按另一请求签发（内容、算法或格式不同）",
        "This licence number was requested before, with other data, suite or formats",
        "核对编号；内容有变而编号不变的，用 licences replace 标识 换发，只改算法或格式的加 "
        "--unchanged；原请求再来一次得到原证照；开始而未完成的，用 licences cancel 标识 放弃",
        "Check the number. Changed content under the same number: licences replace IDENTIFIER, "
        "with --unchanged where only suite or formats change. The first request gives its licence "
        "again; what was only begun is abandoned with licences cancel IDENTIFIER",
    )
    ISSUE_ABANDONED = (
        "ISSUE_ABANDONED",
        "",
        "签发未完成，已放弃",
        "The licence was begun, and abandoned before it was issued",
        "要签发的，重新提出请求：编号可另用；是换发的，编号仍属于原证照",
        "Ask anew for the licence that is wanted: its number is free again; that of a replacement "
        "stays with the licence that was to be replaced",
    )
    NUMBER_TWICE = (
        "NUMBER_TWICE",
        "",
        "文件中另一行有同一证照编号，内容却不同",
        "Another row of the file has the same licence number with other content",
        "核对这两行，改正其中写错的编号；若本是同一份证照，只留正确的一行。写错的一行若已签发：编号"
        "属于另一行的，用 licences replace 标识 换发为那一行的内容（持证主体不同的加 "
        "--new-holder）；否则先用 licences cancel 标识 注销",
        "Look at both rows and mend the number that is wrong. If they mean one licence, keep only "
        "the right row. If the wrong one was issued: licences replace IDENTIFIER with the other "
        "row's data where the number is the other's (--new-holder if the holder is), else first "
        "licences cancel IDENTIFIER",
    )

    # -- verifying a licence ---------------------------------------------------------------
    NOT_A_LICENCE = (
        "NOT_A_LICENCE",
        "",
        "不是电子证照",
        "This is no electronic licence",
        "请提供签发时的电子证照原文件：不转换格式，签发后也不再签名或盖章。"
        "其他 PDF 与印章用 eseal verify",
        "Give the licence as it was issued: not converted, and nothing signed or sealed on it "
        "afterwards. Other PDFs, and seals, are verified by eseal verify",
    )
    NOT_AS_ISSUED = (
        "NOT_AS_ISSUED",
        "SIG_CONSTRAINTS_FAILURE",
        "带有证照数据，但不是颁发机构签发的原样",
        "It carries a licence's data, but was not signed as a licence is issued",
        "不可采信；请提供签发时的原文件：签发后不再签名或盖章，别人盖章也不是颁发",
        "Do not rely on it; ask for the licence as it was issued: nothing is signed or sealed on "
        "it afterwards, and a stamp of others does not issue it",
    )
    SIGNER_NOT_ISSUER = (
        "SIGNER_NOT_ISSUER",
        "",
        "签名者不是证照所称的颁发机构",
        "Whoever signed is not the issuing authority that the licence names",
        "不可采信；请向所称的颁发机构核实",
        "Do not rely on it; ask the authority that is named",
    )
    WRONG_AUTHORITY = (
        "WRONG_AUTHORITY",
        "",
        "该部门无权颁发这种证照",
        "This department may not issue licences of this type",
        "不可采信，请向有权颁发的机构核实。说明中有所据的清单或类型文件夹；若据错了，用 --types 或 "
        "--authorities 指定",
        "Do not rely on it; ask the authority that may issue it. The detail names the register or "
        "the folder of types that says so; if it is not the right one, name another with --types "
        "or --authorities",
    )
    ISSUER_NOT_LISTED = (
        "ISSUER_NOT_LISTED",
        "",
        "手头的证照类型未列该部门，它是否有权颁发不能确定",
        "The licence types at hand do not list this department: whether it may issue is not known",
        "用 --types 指定颁发机构的类型文件夹，或用 --authorities 指定签名的权责清单",
        "Name the folder of the issuer's types with --types, or a signed authority register with "
        "--authorities",
    )
    LICENCE_NOT_YET_VALID = (
        "LICENCE_NOT_YET_VALID",
        "",
        "所问时刻证照尚未生效",
        "The licence was not yet in force at the time asked",
        "待生效后使用；或检查 --at：仅日期指当日正午，可写明时刻，如 2026-11-26T18:00:00+08:00",
        "Use it from its first day on, or check --at: a day alone is its noon there; name a time, "
        "such as 2026-11-26T18:00:00+08:00",
    )
    LICENCE_EXPIRED = (
        "LICENCE_EXPIRED",
        "",
        "所问时刻证照已过有效期",
        "The licence had expired at the time asked",
        "请持证人办理延续；或用 --at 询问有效期内的时刻",
        "The holder has to renew it; or ask with --at for a time within its validity",
    )
    LICENCE_REVOKED = (
        "LICENCE_REVOKED",
        "",
        "证照已被撤销或吊销",
        "The licence was revoked",
        "不要采信；请持证人与颁发机构联系",
        "Do not rely on it; the holder may ask the issuing authority",
    )
    LICENCE_SUSPENDED = (
        "LICENCE_SUSPENDED",
        "",
        "证照处于暂扣状态",
        "The licence is suspended",
        "暂扣期间不要采信；恢复后再验",
        "Do not rely on it until it is resumed, then verify again",
    )
    LICENCE_SUPERSEDED = (
        "LICENCE_SUPERSEDED",
        "",
        "证照已换发新版本",
        "The licence was replaced by a new version",
        "请持证人出示换发后的证照",
        "Ask the holder for the licence that took its place",
    )
    LICENCE_CANCELLED = (
        "LICENCE_CANCELLED",
        "",
        "证照已注销",
        "The licence was cancelled",
        "不要采信；请持证人与颁发机构联系",
        "Do not rely on it; the holder may ask the issuing authority",
    )
    STATUS_NOT_STATED = (
        "STATUS_NOT_STATED",
        "TRY_LATER",
        "证照没有写明在何处查询状态",
        "The licence does not say where its status is found",
        "状态只能向颁发机构查询；设置 [status] 后签发的证照会写明",
        "Only the issuing authority can tell; licences issued with [status] in the settings say it",
    )
    STATUS_UNKNOWN = (
        "STATUS_UNKNOWN",
        "TRY_LATER",
        "状态列表中的状态值含义不明",
        "The status list says something that is not known here",
        "升级本程序后再验，或向颁发机构查询",
        "Verify with a newer version of this program, or ask the issuing authority",
    )
    HISTORY_MALFORMED = (
        "HISTORY_MALFORMED",
        "FORMAT_FAILURE",
        "状态证明的格式不符",
        "The licence's signed history has not the form that it has to have",
        "请颁发机构重新出具（licences history --out）",
        "Ask the issuing authority to make it again (licences history --out)",
    )
    HISTORY_INVALID = (
        "HISTORY_INVALID",
        "",
        "状态证明不属实：签名、次序或内容不符",
        "The licence's signed history does not hold: a signature, the chain or its content",
        "不要采信；请颁发机构重新出具",
        "Do not rely on it; ask the issuing authority for a new one",
    )
    HISTORY_STRANGER = (
        "HISTORY_STRANGER",
        "",
        "状态证明不是颁发机构出具的",
        "The licence's history was not signed by the authority that issued it",
        "不要采信；请向颁发机构索取；若只是其根证书不在信任材料中，请加上",
        "Do not rely on it; get it from the issuing authority. If only its root is not trusted, "
        "add that",
    )
    NOT_ISSUED_THEN = (
        "NOT_ISSUED_THEN",
        "",
        "所问时刻证照尚未签发",
        "The licence had not been issued at the time asked",
        "用 --at 询问签发之后的时刻（问的是现在的，检查本机时钟）；仅日期指当日正午，可写明时刻，"
        "如 2026-11-26T18:00:00+08:00",
        "Ask with --at for a time after its issue (if it was the present, check this machine's "
        "clock); a day alone is its noon there; name a time, such as 2026-11-26T18:00:00+08:00",
    )
    PUBLISHED_LATER = (
        "PUBLISHED_LATER",
        "",
        "已公布的文件时间更晚，未改动",
        "What is published is of a later time; it was left as it is",
        "检查本机时钟，并确认没有另一处登记簿公布到同一文件夹；"
        "时钟无误、文件是时钟走快时公布的：licences publish --replace-later",
        "Check this machine's clock, and that no other register publishes into the folder; if it "
        "is right and the file was made while it was ahead: licences publish --replace-later",
    )
    STATUS_UNACCOUNTED = (
        "STATUS_UNACCOUNTED",
        "",
        "登记记录不能说明已公布或将公布的状态",
        "The journals do not account for what is published, or was to be",
        "未经签名的不改变已公布的状态。登记簿若由旧备份恢复，请换较新的备份，或把丢失的事项重新办理；"
        "登记簿中已没有的证照：licences publish --keep-unaccounted；"
        "从未办理而误公布的：先办理，再 licences correct 撤回；"
        "登记行与记录不符的：licences rebuild",
        "What nobody signed changes nothing that is published. If the register was restored from "
        "an old copy, take a newer one or record anew what was lost; of licences that it does not "
        "have any more: licences publish --keep-unaccounted. What was published and never done: "
        "record it, then take it back by licences correct. Rows that differ: licences rebuild",
    )
    EMBEDDED_MISSING = (
        "EMBEDDED_MISSING",
        "",
        "PDF 中没有嵌入证照数据",
        "The PDF carries no embedded licence data",
        "请索取签发时的原文件；若是盖章的其他文件，请用 eseal verify",
        "Ask for the file as it was issued; other sealed files are verified by eseal verify",
    )
    EMBEDDED_DISAGREES = (
        "EMBEDDED_DISAGREES",
        "",
        "证面所示与嵌入的数据不一致",
        "The page shows something else than the embedded data say",
        "不可采信；请向颁发机构核实",
        "Do not rely on it; ask the issuer",
    )
    METADATA_DISAGREES = (
        "METADATA_DISAGREES",
        "",
        "证照的元数据自相矛盾",
        "The licence contradicts itself: identifier, metadata and fields differ",
        "不可采信；请向颁发机构核实",
        "Do not rely on it; ask the issuer",
    )

    # -- inputs of a verification ----------------------------------------------------------
    INPUT_NOT_FOUND = (
        "INPUT_NOT_FOUND",
        "",
        "没有这个文件",
        "There is no such file",
        "检查路径与通配符",
        "Check the path or the pattern",
    )
    TOO_MANY_INPUTS = (
        "TOO_MANY_INPUTS",
        "",
        "文件夹过大，什么也没有验",
        "The folder is too large; nothing was verified",
        "指明其中存放证照的文件夹，分几次验证",
        "Name the folders in it that hold licences, and verify them in turn",
    )
    INPUT_UNREADABLE = (
        "INPUT_UNREADABLE",
        "",
        "文件无法打开",
        "The file cannot be opened",
        "检查文件权限，以及它是否为普通文件",
        "Check its permissions, and that it is a regular file",
    )
    VERIFIER_TIMED_OUT = (
        "VERIFIER_TIMED_OUT",
        "",
        "验证超过时限而中止",
        "Verifying it took longer than the limit and was stopped",
        "文件可能是蓄意构造的；单独再验一次",
        "The file may be made to exhaust a verifier; verify it once more on its own",
    )
    VERIFIER_FAILED = (
        "VERIFIER_FAILED",
        "",
        "验证程序意外中止，未得出结论",
        "The verifier itself failed: there is no verdict",
        "单独再验一次；若仍如此，请连同文件摘要报告缺陷",
        "Verify it once more on its own; if it happens again, report it with the file's digest",
    )

    # -- licences: their life ----------------------------------------------------------------
    JOURNAL_BROKEN = (
        "JOURNAL_BROKEN",
        "",
        "证照的登记记录不完整或被改动",
        "The journal of the licence is incomplete, or was changed",
        "停止办理这本证照，从备份查明登记簿由谁、何时改动；尚未签发的，同一编号重新申请即另行签发",
        "Do nothing more to this licence, and find out by a backup who changed the register; "
        "if it was not issued yet, the number, asked for again, is issued anew",
    )
    UNKNOWN_LICENCE = (
        "UNKNOWN_LICENCE",
        "",
        "登记簿中没有这份证照",
        "The register has no such licence",
        "请填电子证照标识（1.2.156.3005.2.…），不是证照编号；按编号用 licences find；并检查主目录",
        "Give the licence's identifier (1.2.156.3005.2.…), not its number, by which licences find "
        "looks for it; check the home, too",
    )
    REPLACEMENT_REFUSED = (
        "REPLACEMENT_REFUSED",
        "",
        "不能这样换发",
        "The licence cannot be replaced in this way",
        "换发保持类型、部门与证照编号不变，其余数据有变更；要改前三项，请注销原证照并另行签发",
        "Type, department and number stay, and something else changes; to change those cancel the "
        "licence and issue another",
    )
    HOLDER_CHANGED = (
        "HOLDER_CHANGED",
        "",
        "换发的数据属于另一持证主体",
        "The data of the replacement are another holder's",
        "核对数据是否拿错；持证主体代码确已变更，或要改正错发的，加 --new-holder 再换发",
        "See whether these are the right data. If the holder's code has changed, or the licence "
        "was issued to the wrong one, replace it with --new-holder",
    )
    LICENCE_TRANSITION_REFUSED = (
        "LICENCE_TRANSITION_REFUSED",
        "",
        "证照在当前状态下不能这样办理",
        "This cannot be done to the licence where it stands",
        "按提示选择可办理的事项，或改正时间或序号（licences history 列出各条记录）；"
        "登记有误的，先更正有误的那一条",
        "Choose what is possible, or another time or record (licences history lists them); "
        "what was entered by mistake is taken back first",
    )

    TEXT_REFUSED = (
        "TEXT_REFUSED",
        "",
        "经办人、理由、依据或事项的文字不合要求",
        "The name, reason, basis or matter is not acceptable",
        "写成一行，至多 200 字，不含控制字符；经办人、事项和对证照办理的理由不能留空",
        "One line of at most 200 characters without controls; who acts, the matter, and the reason "
        "for what is done to a licence have to be given",
    )

    # -- seals: their life -------------------------------------------------------------------
    UNKNOWN_SEAL = (
        "UNKNOWN_SEAL",
        "",
        "登记簿中没有这枚印章",
        "The register has no such seal",
        "核对印章编号；用 licences seal list 查看全部",
        "Check its number; licences seal list shows them all",
    )
    SEAL_TRANSITION_REFUSED = (
        "SEAL_TRANSITION_REFUSED",
        "",
        "印章在当前状态下，或自所填时间起，不能这样办理",
        "This cannot be done to the seal in its present state, or not from that time on",
        "按提示选择当前可办理的事项，或改正生效时间；licences seal show 说明现在可由谁办理什么",
        "Choose what is possible now, or another time; licences seal show tells what, and by whom",
    )
    SEAL_MOVED_ON = (
        "SEAL_MOVED_ON",
        "",
        "另一进程刚刚办理了这枚印章",
        "Somebody else has just taken this seal further",
        "查看最新状态后再决定是否重办；本次未作任何改动",
        "Look at its state, then decide again; nothing was changed this time",
    )
    SEAL_APPLICATION_REFUSED = (
        "SEAL_APPLICATION_REFUSED",
        "",
        "印章申请的内容不合要求",
        "What the application for the seal says is not acceptable",
        "改正所指的一项后重新提交",
        "Correct what is named and submit it again",
    )
    SEAL_APPLIED_ALREADY = (
        "SEAL_APPLIED_ALREADY",
        "",
        "同样内容的印章申请已经登记",
        "The same application was entered before",
        "用 licences seal show 查看所列编号的印章；要改内容或已被驳回的，用 licences seal change",
        "licences seal show tells of the seal that is named; seal change asks for other content, or"
        " again if it was rejected",
    )
    SEAL_NUMBER_TAKEN = (
        "SEAL_NUMBER_TAKEN",
        "",
        "印章编号已被使用",
        "Another seal has this number",
        "核对公安备案编号；不填则自动分配",
        "Check the registration number; left out, one is allotted",
    )
    SEAL_VALIDITY_REFUSED = (
        "SEAL_VALIDITY_REFUSED",
        "",
        "印章有效期不合要求",
        "The seal's validity is not acceptable",
        "按提示改 --from 与 --until（申请时，或 licences seal change）：至多五年，"
        "不晚于制章者证书到期；不填 --until 则到用章证书到期",
        "Correct --from and --until, when applying or with licences seal change: five years at "
        "most, no later than the maker's certificate; without --until it ends with its signers' "
        "certificates",
    )
    SEAL_SIGNERS_REFUSED = (
        "SEAL_SIGNERS_REFUSED",
        "",
        "用章证书不能列入这枚印章",
        "A certificate cannot be listed as a signer of this seal",
        "证书须属于用章单位（统一社会信用代码与单位名称都一致）且算法与印章相同；"
        "--owner-name 照证书的机构名称（O）写，见 eseal cert show",
        "It must be the owner's, by its organisation's code and name, and of the seal's suite: "
        "--owner-name is the certificate's organisation (O), as eseal cert show prints it",
    )
    ISSUING_SEAL_EXISTS = (
        "ISSUING_SEAL_EXISTS",
        "",
        "该单位已有一枚启用的签发用章",
        "The owner has an active issuing seal of this suite already",
        "先停用、缴销或变更原有的签发用章",
        "Suspend, hand in or change the other one first",
    )

    # -- seals: who may ----------------------------------------------------------------------
    UNKNOWN_OFFICER = (
        "UNKNOWN_OFFICER",
        "",
        "设置中没有这名经办人员",
        "The settings have no such officer",
        "核对 --as（填编号，不是姓名）；经办人员列在 settings.toml 的 [[officer]] 中",
        "Check --as, which is an id; officers stand under [[officer]] in settings.toml",
    )
    UNKNOWN_KEEPER = (
        "UNKNOWN_KEEPER",
        "",
        "设置中没有要作保管人的这名经办人员",
        "The settings have no such officer to be the seal's keeper",
        "核对 --keeper；经办人员列在 settings.toml 的 [[officer]] 中",
        "Check --keeper; officers stand under [[officer]] in settings.toml",
    )
    POWER_MISSING = (
        "POWER_MISSING",
        "",
        "该人员没有此项权限",
        "The officer has not the power that this needs",
        "由有权限的人员办理；权限列在 settings.toml 的 powers 中",
        "Let somebody do it who has it; powers stand in settings.toml",
    )
    POWERS_NOT_APART = (
        "POWERS_NOT_APART",
        "",
        "同一枚印章的申请、审批与制作须由不同的人办理",
        "Who applied, who approves and who makes a seal must be three people",
        "换一名有权限、用自己密钥的人员办理（三权分立）",
        "Let another officer do it who has the power, and a key of their own",
    )
    NOT_THE_KEEPER = (
        "NOT_THE_KEEPER",
        "",
        "该人员不是这枚印章的保管人",
        "The officer is not the keeper of this seal",
        "由保管人办理；更换保管人用 licences seal change",
        "Its keeper has to do it; licences seal change names another keeper",
    )
    SEAL_NOT_ACTIVE = (
        "SEAL_NOT_ACTIVE",
        "",
        "印章未启用或已停用，不能使用",
        "The seal is not active and cannot be used",
        "licences seal show 可查看状态与下一步",
        "licences seal show tells its state and what comes next",
    )

    # -- seals: their history ----------------------------------------------------------------
    NO_ISSUING_SEAL = (
        "NO_ISSUING_SEAL",
        "",
        "签发部门没有启用中的证照印章，PDF 证照未签发",
        "The department has no active seal to issue with; no PDF licence was made",
        "用 licences seal list 查看；申请并启用一枚 --issuing 的印章，或恢复被停用的",
        "See licences seal list; have one made with --issuing and activate it, or resume it",
    )
    SEAL_HISTORY_BROKEN = (
        "SEAL_HISTORY_BROKEN",
        "",
        "印章的登记记录被改动或不完整",
        "The recorded history of the seal was altered or is incomplete",
        "停止使用这枚印章，保全数据库并从备份核对",
        "Stop using the seal, keep the database as evidence, compare it with a backup",
    )
    SEAL_ACTOR_UNKNOWN = (
        "SEAL_ACTOR_UNKNOWN",
        "",
        "无法确认这一步由所称的人员签署",
        "It cannot be told that the officer named has signed this step",
        "离任人员应以 powers = [] 留在设置中；否则停止使用这枚印章并核实",
        "Who left stays in the settings with powers = []; else stop using the seal and ask",
    )

    # -- files written for people ------------------------------------------------------------
    OUTPUT_EXISTS = (
        "OUTPUT_EXISTS",
        "",
        "同名文件已存在且内容不同",
        "A file of that name exists with other content",
        "换一个输出文件夹；证照已在登记簿中，可用 licences show 取回",
        "Choose another folder; the licence is in the register, licences show gives it",
    )
    OUTPUT_UNWRITABLE = (
        "OUTPUT_UNWRITABLE",
        "",
        "输出文件夹无法写入",
        "The output folder cannot be written to",
        "检查权限与磁盘空间；已签发的证照在登记簿中，可用 licences show 取回",
        "Check permissions and disk space; licences show gives what the register has as issued",
    )

    # -- bulk jobs ---------------------------------------------------------------------------
    ROWS_UNREADABLE = (
        "ROWS_UNREADABLE",
        "",
        "批量数据文件无法读取",
        "The file of rows cannot be read",
        "应为 UTF-8 的 CSV（首行为字段名或其中文标题）或 NDJSON；"
        "字段名与标题见 licences types TYPE",
        "Give CSV in UTF-8, field names or their Chinese titles in its first line, or NDJSON; "
        "licences types TYPE lists both",
    )
    ROW_MALFORMED = (
        "ROW_MALFORMED",
        "",
        "这一行的写法不对，读不出各字段",
        "The row is not written so that its fields can be read",
        "CSV 编码为 UTF-8，各行列数与首行相同，含逗号、引号或换行的文字加引号；"
        "NDJSON 每行一个 JSON 对象，长度有限",
        "CSV is in UTF-8, each row has as many cells as the header, and text with commas, quotes "
        "or line breaks stands in quotes; NDJSON has one JSON object a line, of limited length",
    )
    JOB_EXISTS = (
        "JOB_EXISTS",
        "",
        "输出文件夹中已有一次批量签发",
        "The output folder already holds a bulk job",
        "接着做同一批用 --resume；另一批请换一个 --out 文件夹",
        "Go on with the same job with --resume; choose another --out for another job",
    )
    JOB_MISSING = (
        "JOB_MISSING",
        "",
        "输出文件夹中没有可接着做的批量签发",
        "The output folder holds no bulk job to go on with",
        "核对 --out；要新开始一批，去掉 --resume",
        "Look at --out; to begin a new job leave --resume out",
    )
    JOB_RUNNING = (
        "JOB_RUNNING",
        "",
        "另一进程正在同一输出文件夹中批量签发",
        "Another process is at a bulk job in the same output folder",
        "等它结束；另一批请换一个 --out 文件夹",
        "Wait until it has ended; choose another --out for another job",
    )
    JOB_OF_OTHERS = (
        "JOB_OF_OTHERS",
        "",
        "输出文件夹中是另一类型、另一部门或另一种选项的批量签发",
        "The output folder holds a bulk job of another type, department, suite or other formats",
        "换一个 --out 文件夹；若本想接着做那一批，请给出它的类型、部门、--suite 与 --format",
        "Choose another --out; to go on with that job, give its type, department, --suite and "
        "--format",
    )
    JOB_MALFORMED = (
        "JOB_MALFORMED",
        "",
        "批量签发的进度文件有误",
        "The progress file of the bulk job is wrong",
        "删除它后用同一输入重做：已签发的不会重复签发",
        "Remove it and run the same rows again: what was issued is never issued twice",
    )
    WORKER_FAILED = (
        "WORKER_FAILED",
        "",
        "签发进程意外中止，此行未完成",
        "The issuing process ended before this row was done",
        "用 --resume 再运行一次：不会重复签发",
        "Run it again with --resume: nothing is issued twice",
    )

    # -- home and register -----------------------------------------------------------------
    HOME_MISSING = (
        "HOME_MISSING",
        "",
        "主目录不存在或未初始化",
        "The home folder does not exist or was never initialised",
        "运行 licences init，或用 --home 指定",
        "Run licences init, or name it with --home",
    )
    SETTINGS_MALFORMED = (
        "SETTINGS_MALFORMED",
        "",
        "主目录的设置有误",
        "The settings of the home are wrong",
        "按提示的键改正设置文件，再运行 licences doctor",
        "Correct the key that is named, then run licences doctor",
    )
    DATABASE_UNAVAILABLE = (
        "DATABASE_UNAVAILABLE",
        "",
        "登记库无法访问",
        "The register's database cannot be reached",
        "检查数据库地址与服务，再运行 licences doctor；重试不会重复签发",
        "Check its URL and service, run licences doctor; trying again never issues twice",
    )
    DATABASE_OUTDATED = (
        "DATABASE_OUTDATED",
        "",
        "登记库的结构与本程序版本不符",
        "The register's schema is not that of this version",
        "备份后用本版本运行 licences init --upgrade；若登记库较新，请升级程序",
        "Back it up and run licences init --upgrade; if the register is newer, update the program",
    )
    DATABASE_ALTERED = (
        "DATABASE_ALTERED",
        "",
        "登记库里有不属于本程序的触发器、视图或规则，或未存下所写",
        "The register's database has triggers, views or rules of others, or did not keep what was "
        "written",
        "这次什么也没有登记。查明所列的是谁、何时加的，保全数据库，删去后运行 licences doctor",
        "Nothing was recorded this time. Find out who added what is named and when, keep the "
        "database as evidence, remove it and run licences doctor",
    )
    ISSUED_ELSEWHERE = (
        "ISSUED_ELSEWHERE",
        "",
        "另一进程正在办理同一证照",
        "Another process is dealing with the same licence",
        "这次什么也没有记录，重试即可，不会重复签发；暂扣、撤销等请先看 licences history",
        "Nothing was recorded this time: try again, it is never issued twice; before you suspend "
        "or revoke it, say, look at licences history",
    )
    ATTEMPTS_EXHAUSTED = (
        "ATTEMPTS_EXHAUSTED",
        "",
        "签发多次没有签成，已作罢",
        "Issuing was tried too often without success, and was given up",
        "查明为何签不成（如时间戳服务、签名服务），再用同一请求即另行签发",
        "Find out what stops it (the time-stamping authority, say, or the signer); the same "
        "request then issues it anew",
    )
    HOME_EXISTS = (
        "HOME_EXISTS",
        "",
        "主目录已经初始化",
        "The home folder is already initialised",
        "直接使用，或另选一个文件夹",
        "Use it as it is, or name another folder",
    )
    DOCUMENT_MISSING = (
        "DOCUMENT_MISSING",
        "",
        "证照文件不在文档库中",
        "A document is not in the document store",
        "从备份恢复文档文件夹；登记库中有它的摘要",
        "Restore the documents folder from a backup; the register has its digest",
    )
    DOCUMENT_DAMAGED = (
        "DOCUMENT_DAMAGED",
        "",
        "文档库中的文件已损坏",
        "A document in the store is no longer what was stored",
        "从备份恢复该文件；登记库中有它的摘要",
        "Restore it from a backup; the register has its digest",
    )
    STAGED_DOCUMENT_WRONG = (
        "STAGED_DOCUMENT_WRONG",
        "",
        "暂存的文件不是为这本证照所签的",
        "What is staged is not what was signed for this licence",
        "查明谁改动了文档库；同一编号重新申请即另行签发",
        "Find out who changed the document store; the number, asked for again, is issued anew",
    )
    STORAGE_UNAVAILABLE = (
        "STORAGE_UNAVAILABLE",
        "",
        "文件夹无法写入",
        "A folder cannot be written",
        "检查磁盘空间与权限后重试；不会重复签发",
        "Check disk space and permissions, then try again; it is never issued twice",
    )
    AUTHORITY_INCOMPLETE = (
        "AUTHORITY_INCOMPLETE",
        "",
        "演示机构的文件夹不完整",
        "The demo authority's folder is incomplete",
        "删去该文件夹后重新生成；不会与旧的混用",
        "Remove the folder and make it again; old and new are never mixed",
    )

    # -- who may issue what ------------------------------------------------------------------
    AUTHORITY_REGISTER_MALFORMED = (
        "AUTHORITY_REGISTER_MALFORMED",
        "",
        "不是规范的发证权责清单",
        "Not a well-formed authority register",
        "请向发布者索取原文件；错误位置见上",
        "Ask its publisher for the original; the place of the fault is told above",
    )
    AUTHORITY_REGISTER_REFUSED = (
        "AUTHORITY_REGISTER_REFUSED",
        "",
        "发证权责清单的签名不可采信",
        "The authority register is not signed by somebody who may keep it",
        "核对文件来源、--authorities-by 与信任材料",
        "Check where the file comes from, --authorities-by and the trust material",
    )
    AUTHORITY_REGISTER_STALE = (
        "AUTHORITY_REGISTER_STALE",
        "TRY_LATER",
        "发证权责清单已过期，无法判断颁发权限",
        "The authority register has ended: who may issue is not known",
        "取最新的发证权责清单后再验",
        "Get the newest register and try again",
    )

    # -- signed reports ----------------------------------------------------------------------
    REPORT_MALFORMED = (
        "REPORT_MALFORMED",
        "",
        "不是规范的签名验证报告",
        "Not a well-formed signed verification report",
        "请提供 licences verify --report 带签名写出的原文件",
        "Give the file as licences verify --report wrote it, with its signature",
    )
    REPORT_UNSIGNED = (
        "REPORT_UNSIGNED",
        "",
        "验证报告没有签名，无法知道是谁作出的",
        "The report is not signed: whose it is cannot be known",
        "请验证者再写一份：licences verify … --report 新文件.jwt --sign-key 私钥 --sign-cert 证书",
        "Have its verifier write it again: licences verify … --report NEW.jwt --sign-key KEY "
        "--sign-cert CERT",
    )
    REPORT_CONTRADICTS = (
        "REPORT_CONTRADICTS",
        "",
        "报告的结论与其中各项检查不符",
        "The report's verdict is not that of its own checks",
        "不可采信；请自行验证原文件",
        "Do not rely on it; verify the documents yourself",
    )
    REPORT_STRANGER = (
        "REPORT_STRANGER",
        "SIG_CONSTRAINTS_FAILURE",
        "报告不是指定的签署者签的",
        "The report was signed by another than was named",
        "不可采信；核对来源与 --signer",
        "Do not rely on it; check where it comes from, and --signer",
    )
    FINGERPRINT_MALFORMED = (
        "FINGERPRINT_MALFORMED",
        "",
        "没有这个证书文件，也不是 SHA-256",
        "There is no such certificate file, and it is no SHA-256",
        "给出证书文件的路径，或其 SHA-256：64 位十六进制，可带冒号",
        "Give the certificate's file, or its SHA-256: 64 hexadecimal digits, perhaps with colons",
    )

    # -- trust bundles -----------------------------------------------------------------------
    BUNDLE_MALFORMED = (
        "BUNDLE_MALFORMED",
        "FORMAT_FAILURE",
        "不是规范的信任包",
        "Not a well-formed trust bundle",
        "用 licences trust export 写出的原文件；不要解压后重新打包",
        "Give the file as licences trust export wrote it; unpacking and packing it breaks it",
    )
    BUNDLE_ALTERED = (
        "BUNDLE_ALTERED",
        "HASH_FAILURE",
        "信任包被改动：签名或其中文件的摘要不符",
        "The trust bundle was altered: its signature, or the digest of a file in it, is wrong",
        "不可采信；向发布者重新索取",
        "Do not believe it; get it from its publisher again",
    )
    BUNDLE_NOT_PINNED = (
        "BUNDLE_NOT_PINNED",
        "",
        "没有说明信任哪个发布者的信任包，未采信",
        "Whose trust bundle is to be believed was not said, so it was not",
        "经另一渠道（电话、公告）向发布者核对签名证书或文件的摘要，再用 --bundle-signer 或"
        " --bundle-sha256",
        "Ask the publisher by another way (telephone, gazette) for its certificate's or the file's "
        "digest, then give --bundle-signer or --bundle-sha256",
    )
    BUNDLE_STRANGER = (
        "BUNDLE_STRANGER",
        "SIG_CONSTRAINTS_FAILURE",
        "信任包不是指定的发布者签的，或不是指定的那一份",
        "The trust bundle is another's, or another one, than was said to be believed",
        "不可采信；核对来源与 --bundle-signer、--bundle-sha256",
        "Do not believe it; check where it comes from, --bundle-signer and --bundle-sha256",
    )
    BUNDLE_EXPIRED = (
        "BUNDLE_EXPIRED",
        "TRY_LATER",
        "信任包已过期，什么也没有验",
        "The trust bundle has ended, and nothing was checked",
        "取更新的信任包；或问它到期之前的时刻（--at）",
        "Get a newer bundle, or ask with --at about a time before its end",
    )
    BUNDLE_REFUSED = (
        "BUNDLE_REFUSED",
        "",
        "不能这样制作信任包",
        "A trust bundle cannot be made like that",
        "检查签名证书的机构代码、有效期、信任材料与发证权责清单",
        "Check the signer's organisation code, the times, the trust material and the register",
    )

    # -- audit packs -------------------------------------------------------------------------
    PACK_MALFORMED = (
        "PACK_MALFORMED",
        "FORMAT_FAILURE",
        "容器不是证照审计包",
        "The container is no audit pack of a licence",
        "用 licences pack 写出的原文件",
        "Give the file as licences pack wrote it",
    )
    PACK_REFUSED = (
        "PACK_REFUSED",
        "",
        "不能为它制作审计包",
        "No audit pack can be made of it",
        "证照须未被改动；签包须有密钥（--key、--cert，或主目录中部门的）",
        "The licence has to be unaltered; signing takes a key (--key and --cert, or the home's)",
    )

    # -- seals of licences -------------------------------------------------------------------
    SEAL_NOT_REGISTERED = (
        "SEAL_NOT_REGISTERED",
        "",
        "印章登记中没有颁发机构的这枚印章",
        "The seal register has no such seal of the issuing department",
        "不可采信；确认所用信任包是盖章那个主目录的，否则请向颁发机构核实印章",
        "Do not rely on it; see that the bundle is of the home that sealed it, else ask the "
        "issuing department about the seal",
    )
    SEAL_OUT_OF_USE = (
        "SEAL_OUT_OF_USE",
        "",
        "用章时印章不在使用中（未启用、暂停或已撤销）",
        "The seal was not in use when it was applied: not yet, suspended or revoked",
        "不可采信；请向颁发机构核实",
        "Do not rely on it; ask the issuing department",
    )
    SEAL_REGISTER_STALE = (
        "SEAL_REGISTER_STALE",
        "TRY_LATER",
        "印章登记快照早于用章，不知道这枚印章",
        "The snapshot of the seal register is older than the use of the seal, and does not have it",
        "取最新的信任包后再验",
        "Get the newest trust bundle and try again",
    )
