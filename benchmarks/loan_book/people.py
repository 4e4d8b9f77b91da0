"""Borrowers: Chinese names, unique phones and ID numbers with the right check character."""

SURNAMES = (
    '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎'
    '余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文')
GIVEN = (
    '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文海燕春梅晓东雪飞云鹏辉宇浩然子轩欣怡梓涵'
    '雨佳琪思远俊豪嘉怡博文天佑若曦一诺诗涵雅婷宁安康乐成林峰波斌凯旋龙凤翔鑫瑞祥福贵荣光耀庆丰盛永长久安')
REGION = '110105'
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def make_people(cr, company, _wanted):
    """A borrower for each loan of the plan; every eleventh has two loans."""
    check = " + ".join(
        f"substr(body, {place}, 1)::int * {weight}" for place, weight in enumerate(WEIGHTS, 1))
    cr.execute("SELECT COALESCE(MAX(id), 0) FROM res_partner")
    base = cr.fetchone()[0]
    cr.execute("CREATE UNLOGGED TABLE bench_person (n int PRIMARY KEY, partner_id int)")
    cr.execute(
        "INSERT INTO bench_person SELECT n, %s + CASE WHEN n %% 11 = 0 THEN n - 1 ELSE n END "
        "FROM bench_plan", [base])
    cr.execute(f"""
        INSERT INTO res_partner (
            id, company_id, name, complete_name, commercial_partner_id, country_id, type, active,
            is_company, partner_share, employee, autopost_bills, lang, phone, email,
            carloan_customer, carloan_user_id, carloan_department_id, carloan_id_number,
            carloan_birth_date, carloan_sex, create_uid, create_date, write_uid, write_date)
        SELECT id, %(company)s, name, name, id, %(country)s, 'contact', TRUE, FALSE, TRUE, FALSE,
               'ask', 'en_US', phone, NULL, TRUE, user_id, department_id,
               body || substr('10X98765432', ({check}) %% 11 + 1, 1), birth,
               CASE WHEN substr(body, 17, 1)::int %% 2 = 0 THEN 'female' ELSE 'male' END,
               %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
          FROM (SELECT %(base)s + n AS id, user_id, department_id, birth,
                       substr(%(surnames)s, bench_draw(n, 20, length(%(surnames)s)) + 1, 1)
                       || substr(%(given)s, bench_draw(n, 21, length(%(given)s)) + 1, 1)
                       || CASE WHEN bench_draw(n, 22, 4) > 0 THEN substr(
                          %(given)s, bench_draw(n, 23, length(%(given)s)) + 1, 1) ELSE '' END
                       AS name,
                       (13000000000 + n::bigint * 7919 %% 7000000000)::text AS phone,
                       %(region)s || to_char(birth, 'YYYYMMDD')
                       || lpad((n / 16000 %% 1000)::text, 3, '0') AS body
                  FROM (SELECT p.n, u.user_id, u.department_id,
                               date '1960-01-01' + p.n %% 16000 AS birth
                          FROM bench_plan p JOIN bench_user u ON u.place = p.officer
                         WHERE p.n %% 11 <> 0) x) person
         ORDER BY id
        """, {
            'company': company.id, 'country': company.country_id.id, 'uid': company.env.uid,
            'base': base, 'surnames': SURNAMES, 'given': GIVEN, 'region': REGION})
    made = cr.rowcount
    cr.execute("SELECT setval('res_partner_id_seq', MAX(id)) FROM res_partner")
    return made
